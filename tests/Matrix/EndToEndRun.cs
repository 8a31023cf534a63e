// SPDX-License-Identifier: GPL-2.0-or-later
using System.Xml.Linq;

namespace Matrix;

/// <summary>One run of the end-to-end tests; an xunit.v3 project is a program with an XML report.</summary>
internal static class EndToEndRun
{
    public static IReadOnlyList<TestOutcome> Against(QemuRelease release)
    {
        string artifacts = Path.Combine(Plugin.RepositoryRoot, "artifacts");
        string report = Path.Combine(artifacts, "tests", $"EndToEnd-{release.Version}.xml");
        _ = Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        File.Delete(report);
        int status = InheritedProcess.Run(
            Path.Combine(artifacts, "bin", "EndToEnd", "release", "EndToEnd"),
            ["-xml", report, "-noLogo", "-noColor"],
            release.Root);
        List<TestOutcome> outcomes = [.. XDocument.Load(report).Descendants("test").Select(Read)];

        // What fails outside of a test, a fixture that cannot be torn down for instance, is in the status alone.
        if (status != 0 && outcomes.TrueForAll(test => test.HasPassed))
        {
            outcomes.Add(new TestOutcome("exit status", HasPassed: false, string.Empty));
        }

        return outcomes;
    }

    private static TestOutcome Read(XElement test) => new(
        test.Attribute("type")!.Value,
        test.Attribute("result")!.Value is "Pass",
        test.Element("output")?.Value ?? string.Empty);
}

/// <summary>One test that was run.</summary>
/// <param name="ClassName">Its class with the name space.</param>
/// <param name="HasPassed">It has passed; one that was skipped has not.</param>
/// <param name="Output">What it wrote.</param>
internal sealed record TestOutcome(string ClassName, bool HasPassed, string Output);

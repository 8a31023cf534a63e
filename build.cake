// SPDX-License-Identifier: GPL-2.0-or-later
//
// dotnet tool restore, then dotnet cake [--target=...]:
//
//   Check     Format, Build, Test; the default
//   Format    refuses C# and C that is not formatted, and shell scripts that
//             shellcheck has words for; --fix formats C# and C
//   Build     everything, with all analyzers
//   Publish   artifacts/qemu-l2tpv3.so, the one file to install, and the programs
//             artifacts/l2tpv3-stat, artifacts/l2tpv3-vhost and
//             artifacts/l2tpv3-raw-socket
//   Package   artifacts/package/*.deb, see scripts/README.md
//   PackageTest  installs that into fresh systems of Debian 12 and 13 (kept in
//             artifacts/qemu), pings there and removes it: two minutes, and five
//             when the systems have to be made
//   Test      all test projects; --only=Packets.Tests runs one,
//             --filter='/*/*/HeaderTests' some of its tests (xunit's query filter
//             language), --exclusive leaves out Publish
//   Bindings  what interop/ makes of C headers: C# bindings, layout tables
//   Layouts   the layout tables of QEMU in interop/layouts, and what comes of them;
//             fetches QEMU's source packages (250 MB) and the packages to read them
//   Demo      two guests ping each other (scripts/demo)
//   Peers     tests/Peers: the table of all peers, with the commands of each row
//   Fuzz      tests/Fuzz.Tests with new inputs, a minute for each target;
//             --options="--seconds 600 --seed 7" goes to it, and
//             --options="replay FILE" runs an input again, and --options=afl
//             looks for inputs with AFL++
//   Faults    tests/Faults: the table of networks that misbehave; --options=--long
//             has outages and floods of a minute too
//   Soak      tests/Soak for an hour, or --options="--minutes 15"; prints its tables
//   Bench     tests/Benchmarks, twenty minutes; --options="hub --sizes 60" goes
//             to it, --options=--publish puts the figures into its README.md and
//             the main one
//   Matrix    all end-to-end tests on QEMU 7.2, 10.0 and 11.1, a quarter of an
//             hour; writes the table in tests/Matrix/README.md. The other two releases
//             are kept in artifacts/qemu
//   Fresh     scripts/demo and scripts/test in a new Debian 12 that has nothing but
//             the .NET SDK, so that what scripts/install-packages installs is
//             enough; --options=--only=Packaging.Tests goes to scripts/test.
//             Twenty minutes, see scripts/fresh-system
//
// Needs the Debian packages of scripts/install-packages.

using System.Xml.Linq;

const string Solution = "qemu-l2tpv3.slnx";
const string Configuration = "Release";
const string Plugin = "artifacts/qemu-l2tpv3.so";
const string Stat = "artifacts/l2tpv3-stat";
const string Vhost = "artifacts/l2tpv3-vhost";
const string RawSocket = "artifacts/l2tpv3-raw-socket";
const string Tables = "artifacts/tests/tables";

string target = Argument("target", "Check");
TestResults results = null;
bool isBuilt = false;

Task("Format").Does(() =>
{
    string solution = System.IO.File.ReadAllText(Solution);
    foreach (FilePath project in GetFiles("{managed,interop,tests}/**/*.csproj"))
    {
        string path = MakeAbsolute(Directory(".")).GetRelativePath(project).FullPath;
        if (!solution.Contains($"\"{path}\""))
        {
            throw new CakeException($"{path} is missing in {Solution}");
        }
    }

    bool fix = HasArgument("fix");
    if (fix)
    {
        Run("dotnet", ["format", Solution]);
    }
    else
    {
        // All that `dotnet format` looks for and the build does not: Build runs the analyzers, so here they would only cost a
        // minute and a half.
        Run("dotnet", ["format", "whitespace", Solution, "--verify-no-changes"]);
        Run("dotnet", ["format", "style", Solution, "--verify-no-changes", "--no-restore", "--diagnostics", "IMPORTS"]);
    }

    // The style is QEMU's for all C, also where a test brings some.
    string[] sources = [.. GetFiles("{native,interop,scripts,tests}/**/*.{c,h}").Select(file => file.FullPath)];
    Run("clang-format", ["--style=file:native/.clang-format", .. fix ? ["-i"] : new[] { "-n", "-Werror" }, .. sources]);
    FilePathCollection scripts = GetFiles("scripts/*") + GetFiles("scripts/packaging/{make-deb,qemu-l2tpv3}") + GetFiles("scripts/packaging/*.bash") + GetFiles("tests/Peers/Uml/uml-init");
    Run("shellcheck", scripts.Append(".ci/run").Where(file => file.GetExtension() != ".md").Select(file => file.FullPath));
});

Task("Build").Does(() =>
{
    DotNetBuild(Solution, new DotNetBuildSettings { Configuration = Configuration });
    isBuilt = true;
});

Task("Bindings").Does(() => Interop("bindings"));

Task("Layouts").Does(() =>
{
    Run("scripts/install-packages", ["layouts"]);
    Run("scripts/qemu-source", []);
    string[] trees = [.. GetDirectories("artifacts/qemu-source/*").Select(folder => folder.FullPath)];
    Interop(["qemu", .. trees]);
    Interop("bindings");
});

Task("Publish").Does(() =>
{
    Publish("DataPlane", "L2tpv3.DataPlane.so", Plugin);
    Publish("Stat", "l2tpv3-stat", Stat);
    Publish("Vhost", "l2tpv3-vhost", Vhost);
    Run("gcc", ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror", "-fstack-protector-strong", "-D_FORTIFY_SOURCE=2", "-fPIE", "-pie", "-Wl,-z,relro,-z,now", "-s", "-o", RawSocket, "scripts/raw-socket/main.c"]);
});

Task("Guest").Does(() => Run("scripts/guest-image", []));

Task("Test")
    .IsDependentOn("Publish")
    .IsDependentOn("Guest")
    .Does(() =>
{
    FilePath[] projects = [.. TestProjects(Argument("only", "*"))];
    if (projects.Length == 0)
    {
        throw new CakeException($"no test project tests/{Argument<string>("only")}");
    }

    EnsureDirectoryExists(Tables);
    CleanDirectory(Tables);
    results = new TestResults();
    foreach (FilePath project in projects)
    {
        results.Add(RunTestProject(project));
    }

    PrintTables();
});

Task("Package")
    .IsDependentOn("Publish")
    .Does(() =>
{
    Run("scripts/install-packages", ["package"]);
    Run("scripts/packaging/make-deb", []);
});

Task("PackageTest")
    .IsDependentOn("Packages")
    .IsDependentOn("MatrixPackages")
    .IsDependentOn("Publish")
    .IsDependentOn("Guest")
    .Does(() => results = RunTestProject("tests/Packaging.Tests/Packaging.Tests.csproj", "-explicit", "only"));

// The table is printed whatever it says; whether all is well, the last line tells.
Task("Peers")
    .IsDependentOn("Packages")
    .IsDependentOn("Publish")
    .IsDependentOn("Guest")
    .Does(() =>
{
    results = RunTestProject("tests/Peers/Peers.csproj");
    Information("{0}", System.IO.File.ReadAllText("artifacts/tests/peers.md"));
});

// As Peers.
Task("Faults")
    .IsDependentOn("Packages")
    .IsDependentOn("Publish")
    .Does(() =>
{
    bool isLong = Words(Argument("options", "")).Contains("--long");
    results = RunTestProject("tests/Faults/Faults.csproj", "-explicit", isLong ? "on" : "off");
    Information("{0}", System.IO.File.ReadAllText("artifacts/tests/faults.md"));
});

Task("Soak")
    .IsDependentOn("Packages")
    .IsDependentOn("Publish")
    .IsDependentOn("Guest")
    .Does(() =>
{
    string[] words = Words(Argument("options", "--minutes 60"));
    int place = Array.IndexOf(words, "--minutes") + 1;
    if (place == 0 || place == words.Length || !double.TryParse(words[place], out double minutes))
    {
        throw new CakeException("--options=\"--minutes N\"");
    }

    Environment.SetEnvironmentVariable("QEMU_L2TPV3_SOAK_MINUTES", words[place]);
    EnsureDirectoryExists(Tables);
    CleanDirectory(Tables);
    results = RunTestProject("tests/Soak/Soak.csproj", TimeSpan.FromMinutes(minutes + 10));
    PrintTables();
});

Task("Demo").Does(() => Run("scripts/demo", []));

Task("Packages").Does(() => Run("scripts/install-packages", ["build", "guest", "lab", "package", "test"]));

Task("Bench")
    .IsDependentOn("Packages")
    .IsDependentOn("Publish")
    .IsDependentOn("Guest")
    .Does(() => Run("dotnet", ["run", "-c", Configuration, "--project", "tests/Benchmarks", "--", .. Words(Argument("options", ""))]));

Task("Fuzz").Does(() =>
{
    DotNetBuild("tests/Fuzz.Tests/Fuzz.Tests.csproj", new DotNetBuildSettings { Configuration = Configuration });
    string[] words = Words(Argument("options", ""));
    if (words.FirstOrDefault() == "afl")
    {
        Run("scripts/install-packages", ["fuzz"]);
    }

    Run("artifacts/bin/Fuzz.Tests/release/Fuzz.Tests", words.FirstOrDefault() is "replay" or "afl" ? words : ["run", .. words]);
});

Task("MatrixPackages").Does(() => Run("scripts/install-packages", ["build", "guest", "test", "matrix"]));

Task("Matrix")
    .IsDependentOn("MatrixPackages")
    .IsDependentOn("Publish")
    .IsDependentOn("Guest")
    .Does(() =>
{
    DotNetBuild("tests/EndToEnd/EndToEnd.csproj", new DotNetBuildSettings { Configuration = Configuration });
    Run("dotnet", ["run", "-c", Configuration, "--project", "tests/Matrix"]);
});

// Its last lines are those of the two commands, and so is its exit status.
Task("Fresh").Does(() =>
{
    Run("scripts/install-packages", ["fresh"]);
    int status = Start("scripts/fresh-system", Words(Argument("options", "")), System.Threading.Timeout.InfiniteTimeSpan);
    if (status != 0)
    {
        Environment.Exit(status);
    }
});

Task("Check")
    .IsDependentOn("Format")
    .IsDependentOn("Build")
    .IsDependentOn("Test");

try
{
    RunTarget(target);
}
catch (Exception exception) when (target is "Check" or "Test" or "Peers" or "Soak" or "Faults" or "PackageTest")
{
    results = TestResults.NotRun(target, exception.Message);
}

// After Cake's own summary, so that the last line of all is the result.
if (results is not null)
{
    results.Print();
    Environment.Exit(results.Failed == 0 ? 0 : 1);
}

void Interop(params string[] arguments) =>
    Run("dotnet", ["run", "-c", Configuration, "--project", "interop", "--", .. arguments]);

void Run(string program, IEnumerable<string> arguments)
{
    int status = Start(program, arguments, System.Threading.Timeout.InfiniteTimeSpan);
    if (status != 0)
    {
        throw new CakeException($"{program}: exit status {status}");
    }
}

void Publish(string project, string file, string target)
{
    DotNetPublish($"managed/{project}/{project}.csproj", new DotNetPublishSettings
    {
        Configuration = Configuration,
        OutputDirectory = $"artifacts/publish/{project}",
    });

    // Somebody who runs has the old file mapped: give it a new inode, do not write into it.
    CopyFile($"artifacts/publish/{project}/{file}", target + ".new");
    System.IO.File.Move(target + ".new", target, overwrite: true);
}

int Start(string program, IEnumerable<string> arguments, TimeSpan limit)
{
    using System.Diagnostics.Process process = System.Diagnostics.Process.Start(program, arguments);
    if (process.WaitForExit(limit))
    {
        return process.ExitCode;
    }

    process.Kill(entireProcessTree: true);
    throw new CakeException($"{program} did not end in {limit}");
}

static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

// The quick ones first: whoever broke something wants to know soon.
IEnumerable<FilePath> TestProjects(string name) =>
    GetFiles($"tests/{name}/*.csproj")
        .Where(IsTestProject)
        .OrderBy(project => project.FullPath.Contains("EndToEnd"))
        .ThenBy(project => project.FullPath, StringComparer.Ordinal);

// What tests have put into tables: TestKit/FaultTable.cs.
void PrintTables()
{
    foreach (FilePath table in GetFiles($"{Tables}/*.md").OrderBy(file => file.FullPath, StringComparer.Ordinal))
    {
        Information("{0}\n\n{1}", table.GetFilenameWithoutExtension(), System.IO.File.ReadAllText(table.FullPath));
    }
}

bool IsTestProject(FilePath project) =>
    System.IO.File.ReadAllText(project.FullPath).Contains("\"xunit.v3\"");

// An xunit.v3 project is a program; its XML report has the counts.
TestResults RunTestProject(FilePath project, params string[] options) => RunTestProject(project, TimeSpan.FromMinutes(20), options);

TestResults RunTestProject(FilePath project, TimeSpan limit, params string[] options)
{
    string name = project.GetFilenameWithoutExtension().FullPath;
    string report = $"artifacts/tests/{name}.xml";
    string[] filter = HasArgument("filter") ? ["-filter", Argument<string>("filter")] : [];
    try
    {
        if (!isBuilt)
        {
            DotNetBuild(project.FullPath, new DotNetBuildSettings { Configuration = Configuration });
        }

        EnsureDirectoryExists("artifacts/tests");
        System.IO.File.Delete(report);
        int status = Start($"artifacts/bin/{name}/release/{name}", ["-xml", report, "-noLogo", "-noColor", .. filter, .. options], limit);
        return TestResults.Read(name, report, status, filter.Length > 0);
    }
    catch (Exception exception) when (exception is CakeException or IOException or System.Xml.XmlException)
    {
        return TestResults.NotRun(name, exception.Message);
    }
}

sealed class TestResults
{
    private readonly List<string> _failures = [];
    private int _passed;
    private int _skipped;

    public int Failed { get; private set; }

    public static TestResults NotRun(string project, string reason)
    {
        TestResults results = new() { Failed = 1 };
        results._failures.Add($"{project} did not run: {reason}");
        return results;
    }

    public static TestResults Read(string project, string report, int status, bool filtered)
    {
        XElement root = XDocument.Load(report).Root;
        TestResults results = new()
        {
            _passed = Sum(root, "passed"),
            _skipped = Sum(root, "skipped"),
            Failed = Sum(root, "failed") + Sum(root, "errors"),
        };
        foreach (XElement failure in root.Descendants("failure"))
        {
            // A test, or an error outside of any: a fixture that cannot be made or torn down.
            results._failures.Add($"{failure.Parent.Attribute("name")?.Value}\n{Indented(failure.Element("message")?.Value)}");
        }

        if (results.Failed == 0 && (status != 0 || (results._passed == 0 && !filtered)))
        {
            results.Add(NotRun(project, $"exit status {status}, {results._passed} tests passed"));
        }

        return results;
    }

    public void Add(TestResults other)
    {
        _passed += other._passed;
        _skipped += other._skipped;
        Failed += other.Failed;
        _failures.AddRange(other._failures);
    }

    public void Print()
    {
        foreach (string failure in _failures)
        {
            Console.WriteLine($"FAILED {failure}");
        }

        Console.WriteLine($"{_passed} passed, {Failed} failed" + (_skipped > 0 ? $", {_skipped} skipped" : ""));
    }

    private static int Sum(XElement root, string counter) =>
        root.Elements("assembly").Sum(assembly => (int?)assembly.Attribute(counter) ?? 0);

    private static string Indented(string text) => "    " + text?.Replace("\n", "\n    ");
}

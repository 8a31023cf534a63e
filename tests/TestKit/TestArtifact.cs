// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>What a run of tests leaves behind for people, below <c>artifacts/tests</c>.</summary>
public static class TestArtifact
{
    /// <summary>Writes a file.</summary>
    public static void Write(string name, string text)
    {
        FileInfo file = new(Path.Combine(Plugin.RepositoryRoot, "artifacts", "tests", name));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }
}

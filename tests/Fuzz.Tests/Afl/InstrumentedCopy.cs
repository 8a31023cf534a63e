// SPDX-License-Identifier: GPL-2.0-or-later
using SharpFuzz;

namespace Fuzz.Tests.Afl;

/// <summary>
/// A copy of this program whose data plane marks each branch that it takes, in the map that AFL++ reads: SharpFuzz writes the marks
/// into the assemblies' code.
/// </summary>
internal static class InstrumentedCopy
{
    private static readonly string[] s_assemblies = ["L2tpv3.Packets.dll", "L2tpv3.DataPlane.dll"];

    /// <summary>Makes the copy.</summary>
    /// <returns>The program in it.</returns>
    public static string Make()
    {
        string source = AppContext.BaseDirectory;
        string copy = Path.Combine(Plugin.RepositoryRoot, "artifacts", "fuzz", "instrumented");
        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }

        foreach (string file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        foreach (string assembly in s_assemblies)
        {
            int types = Fuzzer.Instrument(Path.Combine(copy, assembly), _ => true, Options.Value).Count();
            Console.WriteLine($"{assembly}: {types} types instrumented");
        }

        return Path.Combine(copy, Path.GetFileName(Environment.ProcessPath!));
    }
}

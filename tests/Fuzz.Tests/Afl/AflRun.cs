// SPDX-License-Identifier: GPL-2.0-or-later

namespace Fuzz.Tests.Afl;

/// <summary>Lets AFL++ look for inputs that take new branches of the data plane (afl-fuzz(8)).</summary>
internal static class AflRun
{
    private const string Program = "afl-fuzz";
    private const int FreshSeeds = 20;

    /// <summary>What afl-fuzz says in its fuzzer_stats, and what matters of it.</summary>
    private static readonly string[] s_figures = ["execs_done", "execs_per_sec", "corpus_count", "edges_found", "bitmap_cvg", "stability", "saved_crashes", "saved_hangs"];

    private static readonly Dictionary<string, string> s_environment = new(StringComparer.Ordinal)
    {
        // The program marks its branches by itself, and is no ELF file of afl-cc's.
        ["AFL_SKIP_BIN_CHECK"] = "1",
        ["AFL_NO_UI"] = "1",
        ["AFL_NO_AFFINITY"] = "1",
        ["AFL_SKIP_CPUFREQ"] = "1",
        ["AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES"] = "1",
        ["AFL_FORKSRV_INIT_TMOUT"] = "60000",
    };

    /// <summary>Runs it on one target.</summary>
    /// <returns>How many inputs failed.</returns>
    public static int Run(string program, string target, RunSettings settings)
    {
        Requires.Program(Program);
        string output = Path.Combine(FuzzFolders.Findings(target), "afl");
        string seeds = MakeSeeds(target, settings.Seed);
        string seconds = ((int)settings.Time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        string seed = (settings.Seed & int.MaxValue).ToString(CultureInfo.InvariantCulture);
        string[] arguments = ["-i", seeds, "-o", output, "-V", seconds, "-s", seed, "-t", "5000", "-m", "none", "--", program, FuzzCommand.AflTarget, target];
        ProcessResult result = ProcessRunner.Run(Program, arguments, s_environment, settings.Time + TimeSpan.FromMinutes(5));
        string stats = Path.Combine(output, "default", "fuzzer_stats");
        if (!File.Exists(stats))
        {
            throw new InvalidOperationException($"{Program} did not begin: {result.StandardOutput}{result.StandardError}");
        }

        Console.WriteLine($"{target}: {string.Join(", ", File.ReadLines(stats).Where(IsWanted).Select(line => string.Join(' ', line.Split((char[])[' ', ':'], StringSplitOptions.RemoveEmptyEntries))))}");
        string[] crashes = [.. Directory.GetFiles(Path.Combine(output, "default", "crashes"), "id:*")];
        foreach (string crash in crashes)
        {
            Console.WriteLine($"{target}: FAILED: replay with {FuzzFolders.Keep(target, "crash", File.ReadAllBytes(crash))}");
        }

        return crashes.Length;
    }

    private static bool IsWanted(string line) => s_figures.Contains(line.Split(' ')[0], StringComparer.Ordinal);

    /// <summary>The corpus, and some inputs from nothing.</summary>
    private static string MakeSeeds(string target, ulong seed)
    {
        string folder = Directory.CreateDirectory(Path.Combine(FuzzFolders.Findings(target), "seeds")).FullName;
        IReadOnlyList<byte[]> corpus = FuzzFolders.Inputs(target);
        Generator random = new(seed);
        using FuzzTarget made = FuzzTargets.Make(target);
        IEnumerable<byte[]> fresh = Enumerable.Range(0, FreshSeeds).Select(_ => Mutator.Next(ref random, corpus, made.TypicalLength)).ToArray();
        int number = 0;
        foreach (byte[] input in corpus.Concat(fresh))
        {
            File.WriteAllBytes(Path.Combine(folder, number++.ToString("D4", CultureInfo.InvariantCulture)), input);
        }

        return folder;
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
using System.Security.Cryptography;

namespace Fuzz.Tests.Engine;

/// <summary>Where inputs are: those that are kept, and those that a run leaves behind.</summary>
internal static class FuzzFolders
{
    /// <summary>The corpus of a target: what is worth beginning with, and what once failed.</summary>
    public static string Corpus(string target) => Path.Combine(Plugin.RepositoryRoot, "tests", "corpus", target);

    /// <summary>What a run leaves behind.</summary>
    public static string Findings(string target) => Directory.CreateDirectory(Path.Combine(Plugin.RepositoryRoot, "artifacts", "fuzz", target)).FullName;

    /// <summary>The input that a process of this target runs.</summary>
    public static string Running(string target) => Path.Combine(Findings(target), "running");

    /// <summary>The inputs of the corpus, always in the same order.</summary>
    public static IReadOnlyList<byte[]> Inputs(string target) =>
        Directory.Exists(Corpus(target)) ? [.. Directory.GetFiles(Corpus(target)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] : [];

    /// <summary>Keeps an input that fails.</summary>
    /// <returns>Its file.</returns>
    public static string Keep(string target, string kind, byte[] input)
    {
        string path = Path.Combine(Findings(target), $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 6))}");
        File.WriteAllBytes(path, input);
        return path;
    }
}

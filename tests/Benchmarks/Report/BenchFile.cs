// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Benchmarks.Report;

/// <summary>All figures of one bench, as NAME.json has them.</summary>
internal sealed record BenchFile<T>(Machine Machine, int Rounds, IReadOnlyList<T> Results)
{
    /// <summary>What an earlier run has written; null: there was none.</summary>
    public static BenchFile<T>? Read(DirectoryInfo directory, string name)
    {
        string path = PathOf(directory, name);
        return File.Exists(path) ? JsonSerializer.Deserialize<BenchFile<T>>(File.ReadAllText(path), BenchJson.Options) : null;
    }

    public void Write(DirectoryInfo directory, string name) =>
        File.WriteAllText(PathOf(directory, name), JsonSerializer.Serialize(this, BenchJson.Options) + "\n");

    private static string PathOf(DirectoryInfo directory, string name) => Path.Combine(directory.FullName, $"{name}.json");
}

/// <summary>How figures are kept.</summary>
internal static class BenchJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

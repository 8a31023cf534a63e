// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>
/// A directory that goes away with its owner. Its path is short: a unix socket's path has 107 bytes at most (unix(7)).
/// </summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Makes the directory.</summary>
    public TemporaryDirectory() => Leftovers.Add(this);

    /// <summary>The directory.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("l2tp-").FullName;

    /// <summary>A path in the directory.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Lets every user in, and do anything there.</summary>
    public void OpenToAll() => OpenToAll(Path);

    /// <summary>The same for a file or socket.</summary>
    internal static void OpenToAll(string path) => ProcessRunner.Check("chmod", "0777", path);

    public void Dispose()
    {
        Leftovers.Remove(this);
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>
/// What a test needs of its machine. Nothing is skipped: `scripts/test` installs what is missing, so a machine on which
/// one of these is absent has not been prepared, and the message says what to do.
/// </summary>
public static class Requires
{
    /// <summary>The test runs as root, or in a user namespace that looks like it.</summary>
    public static void Root(string reason)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new InvalidOperationException($"{reason} needs root: run the tests as root or under 'unshare --map-root-user --net'");
        }
    }

    /// <summary>A program is on the path.</summary>
    public static bool HasProgram(string name)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? string.Empty;
        return path.Split(':').Any(directory => File.Exists(Path.Combine(directory, name)));
    }

    /// <summary>A program must be on the path.</summary>
    public static void Program(string name)
    {
        if (!HasProgram(name))
        {
            throw new InvalidOperationException($"{name} is not on the path: scripts/test installs it");
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.Statistics;

/// <summary>Where pages are.</summary>
public static class PageDirectory
{
    /// <summary>Where QEMU puts them when it is no user's own.</summary>
    public const string System = "/run/qemu-l2tpv3";

    /// <summary>Where the runtime directories of users are (pam_systemd(8)).</summary>
    public const string UsersParent = "/run/user";

    /// <summary>Where each instance of l2tpv3-vhost@.service has a runtime directory.</summary>
    public const string ProgramsParent = "/run/l2tpv3";

    private const string Name = "qemu-l2tpv3";

    /// <summary>The directory for a value of XDG_RUNTIME_DIR; what is no full path counts as not set (XDG Base Directory Specification).</summary>
    public static string Of(string? runtimeDirectory) =>
        !string.IsNullOrEmpty(runtimeDirectory) && runtimeDirectory.StartsWith('/') ? Below(runtimeDirectory) : System;

    /// <summary>The directory below a runtime directory.</summary>
    public static string Below(string runtimeDirectory)
    {
        ArgumentNullException.ThrowIfNull(runtimeDirectory);
        return runtimeDirectory.TrimEnd('/') + "/" + Name;
    }
}

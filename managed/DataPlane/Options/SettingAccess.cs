// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.DataPlane.Options;

/// <summary>What QMP may do with a setting while its netdev runs.</summary>
internal enum SettingAccess
{
    /// <summary>Nothing: it holds for the netdev's life.</summary>
    None,

    /// <summary>Change it. Nobody may read it: it is a secret.</summary>
    Write,

    /// <summary>Read and change it.</summary>
    ReadWrite,
}

// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Statistics;

/// <summary>What the bytes of a file are.</summary>
public enum PageVerdict
{
    /// <summary>A page that can be read.</summary>
    Good,

    /// <summary>No statistics page, or one that is not finished.</summary>
    NoPage,

    /// <summary>The page of another build.</summary>
    OtherVersion,

    /// <summary>A page whose state was just being written: read it again.</summary>
    Changing,
}

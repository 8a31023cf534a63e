// SPDX-License-Identifier: GPL-2.0-or-later
namespace TestKit;

/// <summary>Size of the cookie behind the session id (RFC 3931 section 4.1); the value is in bytes.</summary>
#pragma warning disable CA1027 // sizes, not flags
public enum CookieSize
#pragma warning restore CA1027
{
    /// <summary>No cookie.</summary>
    None = 0,

    /// <summary>32 bits.</summary>
    Bits32 = 4,

    /// <summary>64 bits.</summary>
    Bits64 = 8,
}

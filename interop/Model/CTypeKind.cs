// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Interop.Model;

/// <summary>What a C type is when all its typedefs are looked through.</summary>
internal enum CTypeKind
{
    Void,
    Boolean,
    Integer,
    Float,

    /// <summary>Element: what it points to.</summary>
    Pointer,

    /// <summary>Element and Count.</summary>
    Array,

    /// <summary>Element: the result; Parameters.</summary>
    Function,

    /// <summary>A struct or union, by its name.</summary>
    Record,
}

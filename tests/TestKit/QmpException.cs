// SPDX-License-Identifier: GPL-2.0-or-later
using System;

namespace TestKit;

/// <summary>A QMP command was refused.</summary>
public sealed class QmpException(string errorClass, string description) : Exception($"{errorClass}: {description}")
{
    /// <summary>The error's class, mostly GenericError.</summary>
    public string ErrorClass { get; } = errorClass;

    /// <summary>The sentence that QEMU would have printed.</summary>
    public string Description { get; } = description;
}

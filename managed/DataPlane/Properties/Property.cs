// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Options;

namespace L2tpv3.DataPlane.Properties;

/// <summary>Something of a session that can be looked at or changed while it lives.</summary>
/// <param name="Name">As qom-get and qom-set name it: that of the setting, where there is one.</param>
/// <param name="Description">For people.</param>
/// <param name="Get">Its value as text; null: nobody may read it.</param>
/// <param name="Set">Changes it; an <see cref="Errors.OptionException"/> refuses, and then all is as before. Null: nobody may.</param>
internal sealed record Property(
    string Name,
    string Description,
    Func<SessionProperties, string>? Get = null,
    Action<SessionProperties, string>? Set = null)
{
    /// <summary>Its text is a JSON value.</summary>
    public bool IsJson { get; init; }

    /// <summary>The setting that it changes; null: none.</summary>
    public Setting? Setting { get; init; }
}

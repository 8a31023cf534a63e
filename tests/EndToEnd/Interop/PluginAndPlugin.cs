// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Linq;

namespace EndToEnd.Interop;

/// <summary>The plugin on both sides, a tunnel for every encapsulation.</summary>
public sealed class PluginAndPlugin()
    : TunnelPair([.. Enum.GetValues<Encapsulation>().Select((encapsulation, index) => TunnelTable.Create(index, encapsulation))], rightHasPlugin: true);

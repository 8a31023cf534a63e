// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.Interop;

/// <summary>The plugin on the left, QEMU's own backend on the right, a tunnel for every header.</summary>
public sealed class PluginAndStock() : TunnelPair(TunnelTable.Tunnels().Values, rightHasPlugin: false);

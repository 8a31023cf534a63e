// SPDX-License-Identifier: GPL-2.0-or-later
using EndToEnd.Interop;

namespace EndToEnd.Loading;

/// <summary>On the left the netdevs that -plugin has taken over, on the right QEMU's own backend, a tunnel for every header.</summary>
public sealed class OptionAndStock() : QemuPair(TunnelTable.Tunnels().Values, rightHasPlugin: false, leftUsesOption: true);

// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;

namespace Fuzz.Tests.Targets;

/// <summary>What a guest hands to its NIC.</summary>
/// <param name="Vnet">What its vnet header says.</param>
/// <param name="Frame">The frame behind it.</param>
/// <param name="IsGood">Made by the rules: it must be sent.</param>
/// <param name="IsRaw">The NIC sends it without a vnet header (l2tp_session_transmit_raw).</param>
internal sealed record GuestFrame(VnetHeader Vnet, byte[] Frame, bool IsGood, bool IsRaw);

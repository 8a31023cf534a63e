// SPDX-License-Identifier: GPL-2.0-or-later
namespace DataPlane.Tests.Kit;

/// <summary>Three loopback addresses of one test.</summary>
internal sealed record Subnet(string Plane, string Peer, string Stranger);

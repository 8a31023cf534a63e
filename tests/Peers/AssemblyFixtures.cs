// SPDX-License-Identifier: GPL-2.0-or-later
using Peers.Report;

[assembly: AssemblyFixture(typeof(PeerReport))]

// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;

namespace Peers.Report;

/// <summary>A row of the table. A command has the place where it is run in front, and a colon.</summary>
public sealed record PeerRow(string Peer, string Encapsulation, string Options, IReadOnlyList<string> Commands);

// SPDX-License-Identifier: GPL-2.0-or-later
//
// The default L2-specific sublayer (RFC 3931, 4.6), a word behind the cookie; `ip l2tp` calls it l2spec_type default:
//
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |x|S|x x x x x x|              sequence number                  |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//
// S: there is a number. It begins at 0 and counts frames modulo 2^24; without S the word is sent as 0 and ignored.

namespace L2tpv3.Packets.L2tp;

/// <summary>Whether the header has a sublayer, and what is sent in it.</summary>
public enum Sublayer
{
    /// <summary>l2spec=none: no sublayer.</summary>
    None,

    /// <summary>l2spec=default: the word is there, and 0.</summary>
    Plain,

    /// <summary>seq=send or seq=both: the word numbers the frames.</summary>
    Numbered,
}

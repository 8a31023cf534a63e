// SPDX-License-Identifier: GPL-2.0-or-later
//
// The counter word of QEMU and User-Mode Linux (counter=on): four bytes after the cookie, a number that starts at 1 and
// grows by one per frame; pincounter=on keeps it 0. It is *not* the default L2-specific sublayer of RFC 3931, 4.6, whose
// word carries flags in its high byte and a 24-bit number below:
//
//   sublayer word   x S x x x x x x  [ 24-bit sequence number ]      S = 0x40000000
//   counter word    0 0 0 0 0 0 0 0  [ 24-bit counter         ]      ours
//
// A Linux peer with l2spec_type default reads the word as a sublayer. A bare 32-bit count reaches bit 30 after 2^30
// frames (18 minutes at a million a second); Linux then takes it for S, believes in sequence numbers and drops what is
// out of order. So ours counts within 24 bits and wraps there, as the RFC's number does: the high byte is 0 for ever.

namespace L2tpv3.Packets.L2tp;

/// <summary>The next value of one session's counter word.</summary>
public struct CounterWord
{
    private const uint Mask = 0x00FF_FFFF;
    private uint _last;

    /// <summary>A counter that has already counted <paramref name="last"/>.</summary>
    /// <param name="last">The value written last; 0 for a new session.</param>
    public CounterWord(uint last)
    {
        _last = last & Mask;
    }

    /// <summary>Counts one frame.</summary>
    /// <returns>The value to write: 1, 2, ... 0xFFFFFF, 0, 1, ...</returns>
    public uint Next()
    {
        _last = (_last + 1) & Mask;
        return _last;
    }
}

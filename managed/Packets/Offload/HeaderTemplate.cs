// SPDX-License-Identifier: GPL-2.0-or-later
//
// The short way through GRO's rules. From the third segment of a bulk transfer on, everything in the headers is known
// beforehand but five fields; so the headers are compared as one string of bytes, and their sums are known, too.
//
//     Ethernet, tags | IPv4 ... id ... checksum ... | TCP ... sequence ... PSH ... checksum, options |
//     mask        FF |      FF  00  FF  00       FF |     FF  00        FF  ~08 FF 00        FF      | 00 up to a whole block
//
//     the same       (bytes & mask) == template
//     continues      sequence number and id are the next ones
//     right          sum of the template + the five fields + payload
//
// The template is made of the second segment of a flow, joined by the rules themselves (CoalesceRules): that one has
// shown how the id goes on, and has no CWR. It speaks of segments of full size only. Whatever it does not recognise is
// left to the rules, so it may refuse, but never accept, what they would not: the length and every field that they
// compare are compared here, or are one of the five.

using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>What every further full-size segment of one flow begins with.</summary>
internal sealed class HeaderTemplate
{
    /// <summary>Four vectors: headers are compared in one or two blocks of them.</summary>
    private const int BlockLength = 64;

    /// <summary>Two tags, IPv6, TCP with all options: 122 bytes.</summary>
    private const int Capacity = 2 * BlockLength;

    private const int None = -1;

    private readonly byte[] _mask = new byte[Capacity];
    private readonly byte[] _bytes = new byte[Capacity];
    private FrameLayout _layout;
    private int _compared;
    private int _frameLength = None;
    private int _longestFlow;
    private ushort _firstId;
    private bool _hasId;
    private ulong _ipSum;
    private ulong _tcpSum;

    /// <summary>Forgets the flow: nothing is recognised until the next <see cref="Set"/>.</summary>
    public void Clear() => _frameLength = None;

    /// <summary>Learns what the segments of a flow look like.</summary>
    /// <param name="frame">Its second segment, of full size.</param>
    /// <param name="held">The flow's frame, with the headers of the first.</param>
    /// <param name="flow">The flow, which the segment has joined.</param>
    public void Set(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> held, ref readonly Flow flow)
    {
        FrameLayout layout = flow.Layout;
        int compared = (layout.PayloadOffset + BlockLength - 1) & -BlockLength;
        if (compared > Capacity || compared > frame.Length)
        {
            Clear();
            return;
        }

        SetLayout(layout, compared);
        ReadOnlySpan<byte> mask = _mask;
        for (int i = 0; i < compared; i += Vector128<byte>.Count)
        {
            (Vector128.Create(frame[i..]) & Vector128.Create(mask[i..])).CopyTo(_bytes.AsSpan(i));
        }

        _frameLength = frame.Length;
        _longestFlow = IpPacket.MaximumLength + layout.NetworkOffset - flow.PayloadSize;
        _firstId = _hasId ? Id(held) : (ushort)0;
        _ipSum = _hasId ? InternetChecksum.Sum(_bytes.AsSpan(layout.NetworkOffset..layout.TransportOffset)) : 0;
        _tcpSum = InternetChecksum.Sum(_bytes.AsSpan(layout.TransportOffset..layout.PayloadOffset))
            + InternetChecksum.OfField((uint)(frame.Length - layout.TransportOffset))
            + flow.PseudoHeaderSum;
    }

    /// <summary>Whether a frame is the next full-size segment of the flow; its checksums are not looked at.</summary>
    /// <param name="frame">Any frame.</param>
    /// <param name="flow">The flow.</param>
    public bool IsNext(ReadOnlySpan<byte> frame, ref readonly Flow flow) =>
        frame.Length == _frameLength
        && flow.Length <= _longestFlow
        && !flow.IsComplete
        && SequenceNumber(frame) == flow.NextSequence
        && (!_hasId || Id(frame) == (ushort)(_firstId + (flow.HasFixedId ? 0 : flow.SegmentCount)))
        && HasSameHeaders(frame);

    /// <summary>Whether a frame for which <see cref="IsNext"/> is true has right checksums, IPv4's and TCP's.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="payload">The sum of its payload.</param>
    public bool IsRight(ReadOnlySpan<byte> frame, ulong payload)
    {
        ReadOnlySpan<byte> tcp = frame.Slice(_layout.TransportOffset, TcpHeader.MinimumLength);
        // The control bits are the second byte of their word, so the upper one of a little-endian sum.
        ulong push = (ulong)(tcp[TcpHeader.ControlOffset] & (byte)TcpControl.Psh) << 8;
        ulong sum = _tcpSum + push + Word(tcp[TcpHeader.ChecksumOffset..])
            + BinaryPrimitives.ReadUInt32LittleEndian(tcp[TcpHeader.SequenceOffset..]);
        return InternetChecksum.Fold(sum + payload) == 0xFFFF && (!_hasId || HasRightIpHeader(frame));
    }

    private static ushort Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    /// <summary>The mask depends on the layout alone, which seldom changes.</summary>
    private void SetLayout(FrameLayout layout, int compared)
    {
        if (_layout.NetworkOffset == layout.NetworkOffset && _layout.TransportOffset == layout.TransportOffset
            && _layout.PayloadOffset == layout.PayloadOffset && _layout.IpVersion == layout.IpVersion)
        {
            return;
        }

        _layout = layout;
        _compared = compared;
        _hasId = layout.IpVersion == 4;
        Span<byte> mask = _mask;
        mask[..layout.PayloadOffset].Fill(0xFF);
        mask[layout.PayloadOffset..].Clear();
        if (_hasId)
        {
            Span<byte> ip = mask[layout.NetworkOffset..];
            ip.Slice(Ipv4Header.IdentificationOffset, 2).Clear();
            ip.Slice(Ipv4Header.ChecksumOffset, 2).Clear();
        }

        Span<byte> tcp = mask[layout.TransportOffset..];
        tcp.Slice(TcpHeader.SequenceOffset, 4).Clear();
        tcp[TcpHeader.ControlOffset] = unchecked((byte)~TcpControl.Psh);
        tcp.Slice(TcpHeader.ChecksumOffset, 2).Clear();
    }

    private bool HasSameHeaders(ReadOnlySpan<byte> frame)
    {
        Vector128<byte> difference = DifferenceOf(frame[..BlockLength], _mask, _bytes);
        if (_compared > BlockLength)
        {
            difference |= DifferenceOf(frame.Slice(BlockLength, BlockLength), _mask.AsSpan(BlockLength), _bytes.AsSpan(BlockLength));
        }

        return difference == Vector128<byte>.Zero;
    }

    /// <summary>Compares one block. Cut to its constant length first, no bound within is checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> DifferenceOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mask, ReadOnlySpan<byte> template)
    {
        bytes = bytes[..BlockLength];
        mask = mask[..BlockLength];
        template = template[..BlockLength];
        Vector128<byte> difference = (Vector128.Create(bytes) & Vector128.Create(mask)) ^ Vector128.Create(template);
        difference |= (Vector128.Create(bytes[16..]) & Vector128.Create(mask[16..])) ^ Vector128.Create(template[16..]);
        difference |= (Vector128.Create(bytes[32..]) & Vector128.Create(mask[32..])) ^ Vector128.Create(template[32..]);
        return difference | ((Vector128.Create(bytes[48..]) & Vector128.Create(mask[48..])) ^ Vector128.Create(template[48..]));
    }

    private bool HasRightIpHeader(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> ip = frame.Slice(_layout.NetworkOffset, Ipv4Header.MinimumLength);
        return InternetChecksum.Fold(_ipSum + Word(ip[Ipv4Header.IdentificationOffset..]) + Word(ip[Ipv4Header.ChecksumOffset..])) == 0xFFFF;
    }

    private uint SequenceNumber(ReadOnlySpan<byte> frame) =>
        BinaryPrimitives.ReadUInt32BigEndian(frame[(_layout.TransportOffset + TcpHeader.SequenceOffset)..]);

    private ushort Id(ReadOnlySpan<byte> frame) =>
        BinaryPrimitives.ReadUInt16BigEndian(frame[(_layout.NetworkOffset + Ipv4Header.IdentificationOffset)..]);
}

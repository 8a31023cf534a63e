// SPDX-License-Identifier: GPL-2.0-or-later
//
// The datagrams that wait for one sendmmsg(2). They lie one behind the other in one block:
//
//     |hdr|frame...|hdr|frame...|hdr|frame.|hdr|frame|                 free                    |
//     '--------- message 0: a run ---------'- message 1 -'              ^_used
//
// Over UDP, neighbours of equal size (the last may be shorter) form a run: one message with a UDP_SEGMENT control
// message (udp(7)), which the kernel carries as one packet down to the device and cuts there. What is inside the
// datagrams does not matter. A run has one iovec, since its datagrams lie behind each other.
//
// The batch is filled from the left, sent from the left, and begins anew when all is sent; a datagram never moves.

using System;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>A fixed number of messages with the block that holds their bytes.</summary>
internal sealed unsafe class TransmitBatch : IDisposable
{
    /// <summary>As many as virtio-net sends in one burst (x-txburst): then the batch is full.</summary>
    public const int MaximumDatagrams = 256;

    /// <summary>The most datagrams that are added at a time. A frame of the guest with more segments goes in parts.</summary>
    public const int MaximumReserve = 1024;

    /// <summary>Room for 256 full-size frames, or for 8 of the longest; 64 KiB in 1024 segments fit, too.</summary>
    public const int MaximumBytes = 512 * 1024;

    /// <summary>sendmmsg takes 1024 messages at a time; more are sent by calling again.</summary>
    private const int Capacity = MaximumDatagrams + MaximumReserve;

    /// <summary>No run that could take another datagram.</summary>
    private const int Closed = 0;

    private readonly UdpSegmentation _segmentation;
    private readonly NativeBlock _bytes = new(MaximumBytes);
    private readonly MessageTable _table;
    private readonly iovec* _vectors;
    private readonly DatagramRun* _runs;
    private int _first;
    private int _count;
    private int _datagrams;
    private int _used;
    private int _openSize;
    private int _openRoom;
    private bool _isMixed;

    /// <summary>An empty batch.</summary>
    /// <param name="address">Where to send on a socket that is not connected; null when it is.</param>
    /// <param name="segmentation">What runs the socket takes.</param>
    /// <param name="ipv6">The socket's family.</param>
    public TransmitBatch(SocketAddress? address, UdpSegmentation segmentation, bool ipv6 = false)
    {
        _segmentation = segmentation;
        _table = new MessageTable(Capacity, address, ipv6);
        _vectors = _table.Vectors;
        _runs = _table.Runs;
    }

    /// <summary>From now on send there, what waits already included. Only for a socket that is not connected.</summary>
    public void SetAddress(SocketAddress address) => _table.SetAddress(address);

    /// <summary>Nothing waits.</summary>
    public bool IsEmpty => _first == _count;

    /// <summary>How many messages wait.</summary>
    public int Waiting => _count - _first;

    /// <summary>The first message that waits; <see cref="Waiting"/> of them lie behind each other.</summary>
    // SAFETY: _first is at most _count, which is at most Capacity, the length of each table; so all indices here are.
    public mmsghdr* Messages => _table.Messages + _first;

    /// <summary>Whether so much may be added now.</summary>
    /// <param name="datagrams">How many.</param>
    /// <param name="bytes">Their bytes together.</param>
    public bool HasRoom(int datagrams, int bytes)
    {
        // One burst fills a batch; but a part of a large frame may go beyond that.
        int limit = datagrams > 1 ? Capacity : MaximumDatagrams;
        return _datagrams + datagrams <= limit && bytes <= MaximumBytes - _used;
    }

    /// <summary>Adds a datagram, to be filled by the caller at once.</summary>
    /// <param name="length">1 to 65,535 bytes, for which <see cref="HasRoom"/> was true.</param>
    /// <param name="options">How it is sent.</param>
    /// <returns>Its bytes, not cleared.</returns>
    public Span<byte> Add(int length, SendOptions options)
    {
        CheckRoom(1, length);
        // SAFETY: both bounds were just checked.
        byte* start = _bytes.Start + _used;
        if (Join(length, 1, options) == 0)
        {
            StartMessage(start, length, options);
        }

        _datagrams++;
        _used += length;
        return new Span<byte>(start, length);
    }

    /// <summary>Adds equal datagrams, one behind the other, to be filled by the caller at once.</summary>
    /// <param name="length">1 to 65,535 bytes each.</param>
    /// <param name="count">How many; <see cref="HasRoom"/> was true for them.</param>
    /// <param name="options">How they are sent.</param>
    /// <returns>Their bytes, not cleared.</returns>
    public Span<byte> Add(int length, int count, SendOptions options)
    {
        CheckRoom(count, (long)length * count);
        // SAFETY: both bounds were just checked.
        byte* start = _bytes.Start + _used;
        int added = 0;
        while (added < count)
        {
            int joined = Join(length, count - added, options);
            if (joined == 0)
            {
                StartMessage(start + (added * length), length, options);
                joined = 1;
            }

            added += joined;
        }

        _datagrams += count;
        _used += length * count;
        return new Span<byte>(start, length * count);
    }

    /// <summary>The datagrams and bytes of a waiting message, counted from the first that waits.</summary>
    // SAFETY: the caller's index is below Waiting, so that of the table is below _count.
    public (int Datagrams, int Bytes) Size(int index) => (_runs[_first + index].Count, (int)_vectors[_first + index].iov_len);

    /// <summary>The bytes of a waiting message, counted from the first that waits.</summary>
    /// <param name="index">Which.</param>
    /// <param name="segmentSize">Of each of its datagrams; the last one may be shorter.</param>
    public ReadOnlySpan<byte> Bytes(int index, out int segmentSize)
    {
        // SAFETY: as for Size.
        segmentSize = _runs[_first + index].SegmentSize;
        iovec vector = _vectors[_first + index];
        // SAFETY: what Add has given out of the block, until the batch is filled anew.
        return new ReadOnlySpan<byte>(vector.iov_base, (int)vector.iov_len);
    }

    /// <summary>The size of the first waiting message's datagrams; its last one may be shorter.</summary>
    // SAFETY: a message waits, so _first is below _count.
    public int SegmentSize => _runs[_first].SegmentSize;

    /// <summary>How the first waiting message is sent.</summary>
    // SAFETY: as for SegmentSize.
    public SendOptions Options => _runs[_first].Options;

    /// <summary>How many messages wait in front whose sockets' state is to be the same.</summary>
    public int WaitingAlike()
    {
        if (!_isMixed)
        {
            return Waiting;
        }

        // SAFETY: the loop stays below _count.
        int end = _first + 1;
        while (end < _count && _runs[end].Options.Discovery == Options.Discovery)
        {
            end++;
        }

        return end - _first;
    }

    /// <summary>Changes the options of every waiting single datagram that has certain options and is longer than some bytes.</summary>
    /// <returns>How many it has changed.</returns>
    public int Change(SendOptions from, SendOptions to, int longerThan)
    {
        // SAFETY: the loop stays below _count.
        int changed = 0;
        _openSize = Closed;
        for (int i = _first; i < _count; i++)
        {
            if (_runs[i].Options == from && _runs[i].Count == 1 && (int)_vectors[i].iov_len > longerThan)
            {
                _runs[i].Options = to;
                changed++;
            }
        }

        _isMixed |= changed != 0;
        return changed;
    }

    /// <summary>The first <paramref name="count"/> of the waiting messages are done with.</summary>
    public void Remove(int count)
    {
        _first += count;
        _openSize = Closed;
        if (_first == _count)
        {
            _first = 0;
            _count = 0;
            _datagrams = 0;
            _used = 0;
            _isMixed = false;
        }
    }

    /// <summary>Makes every waiting datagram a message of its own: the kernel refused a run.</summary>
    public void Split() => Split(onlyEqual: false);

    /// <summary>
    /// The same for runs whose datagrams are all equal. Kernels 7.0 to 7.1.4 mangle those, and no others (gso=uneven).
    /// </summary>
    public void SplitEqualRuns() => Split(onlyEqual: true);

    private void Split(bool onlyEqual)
    {
        // SAFETY: here and in IsSplit, indices lie between _first and _count; below, between _first and the messages that
        // waiting datagrams become, of which there are no more than Capacity: CheckRoom counts datagrams. A message's
        // datagrams lie within its bytes.
        _openSize = Closed;
        int messages = 0;
        for (int i = _first; i < _count; i++)
        {
            messages += IsSplit(i, onlyEqual) ? _runs[i].Count : 1;
        }

        // From the last to the first: a message only moves to the right, where all is done already. There is room: the
        // messages before _first had at least one datagram each.
        int target = _first + messages;
        for (int i = _count - 1; i >= _first; i--)
        {
            DatagramRun run = _runs[i];
            byte* start = _vectors[i].iov_base;
            int length = (int)_vectors[i].iov_len;
            if (!IsSplit(i, onlyEqual))
            {
                _table.Set(--target, start, length, run);
                continue;
            }

            for (int segment = run.Count - 1; segment >= 0; segment--)
            {
                int offset = segment * run.SegmentSize;
                int size = Math.Min(run.SegmentSize, length - offset);
                _table.Set(--target, start + offset, size, new DatagramRun { SegmentSize = (ushort)size, Count = 1, Options = run.Options });
            }
        }

        _count = _first + messages;
    }

    private bool IsSplit(int index, bool onlyEqual)
    {
        bool isEqual = (int)_vectors[index].iov_len == _runs[index].Count * _runs[index].SegmentSize;
        return isEqual || !onlyEqual;
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _table.Dispose();
    }

    private void CheckRoom(int datagrams, long bytes)
    {
        if (bytes > MaximumBytes - _used || datagrams > Capacity - _datagrams)
        {
            throw new ArgumentOutOfRangeException(nameof(bytes), "no room was made for these datagrams");
        }
    }

    private void StartMessage(byte* start, int length, SendOptions options)
    {
        // SAFETY: _first != _count, so there is a last message; the table has room for one more, as CheckRoom has counted.
        _isMixed |= _first != _count && options != _runs[_count - 1].Options;
        _table.Set(_count, start, length, new DatagramRun { SegmentSize = (ushort)length, Count = 1, Options = options });
        _count++;
        _openSize = length;
        _openRoom = _segmentation.Room(length) - 1;
    }

    /// <summary>Makes datagrams part of the last run.</summary>
    /// <returns>How many it takes.</returns>
    private int Join(int length, int count, SendOptions options)
    {
        // SAFETY: a run is open (_openSize is 0 otherwise, which no length is below), so there is a last message, and its
        // bytes end where the new datagrams begin, for which CheckRoom has found room.
        // A shorter datagram is the last of its run, and may have room where one of full size has not.
        int joined = length == _openSize ? Math.Min(count, _openRoom) : length < _openSize ? 1 : 0;
        if (joined == 0 || options != _runs[_count - 1].Options)
        {
            return 0;
        }

        DatagramRun* run = &_runs[_count - 1];
        iovec* vector = &_vectors[_count - 1];
        if (length != _openSize && !_segmentation.Allows(_openSize, run->Count + 1, (int)vector->iov_len + length))
        {
            return 0;
        }

        bool wasSingle = run->Count == 1;
        run->Count += (ushort)joined;
        vector->iov_len += (nuint)(joined * length);
        _openRoom -= joined;
        _openSize = length == _openSize ? length : Closed;
        if (wasSingle)
        {
            _table.SetControl(_count - 1);
        }

        return joined;
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>
/// What sendmmsg(2) reads besides the bytes: for each message its header, its one iovec, its control messages; and the run
/// that it stands for. A message is built when the first frame needs it, since most netdevs never need many: the whole
/// table has 180 KB, and untouched pages of it are not resident. Afterwards only lengths and places change.
/// </summary>
internal sealed unsafe class MessageTable : IDisposable
{
    private const int ControlSize = UdpSegmentation.ControlSize + TrafficClass.ControlSize;

    private readonly NativeBlock _block;
    private readonly byte* _controls;
    private readonly byte* _name;
    private readonly int _nameLength;
    private readonly bool _ipv6;
    private int _built;

    /// <summary>Builds the tables.</summary>
    /// <param name="capacity">How many messages.</param>
    /// <param name="address">Where to send on a socket that is not connected; null when it is.</param>
    /// <param name="ipv6">The socket's family.</param>
    public MessageTable(int capacity, SocketAddress? address, bool ipv6)
    {
        _ipv6 = ipv6;
        _nameLength = address?.Bytes.Length ?? 0;
        int messagesSize = capacity * sizeof(mmsghdr);
        int vectorsSize = capacity * sizeof(iovec);
        int controlsSize = capacity * ControlSize;
        int runsSize = capacity * sizeof(DatagramRun);
        _block = new NativeBlock(messagesSize + vectorsSize + controlsSize + runsSize + _nameLength);
        // SAFETY: five tables in one block sized as their sum, each a multiple of 8 bytes but the last; the block lives as
        // long as this object.
        Messages = (mmsghdr*)_block.Start;
        Vectors = (iovec*)(_block.Start + messagesSize);
        _controls = _block.Start + messagesSize + vectorsSize;
        Runs = (DatagramRun*)(_controls + controlsSize);
        _name = (byte*)Runs + runsSize;
        address?.Bytes.CopyTo(new Span<byte>(_name, _nameLength));
    }

    /// <summary>The messages' headers.</summary>
    public mmsghdr* Messages { get; }

    /// <summary>Where their bytes lie.</summary>
    public iovec* Vectors { get; }

    /// <summary>What they stand for.</summary>
    public DatagramRun* Runs { get; }

    /// <summary>From now on all are sent there. Only for a socket that is not connected.</summary>
    public void SetAddress(SocketAddress address)
    {
        // SAFETY: the name has so many bytes at the end of the block, and CopyTo checks that they suffice.
        address.Bytes.CopyTo(new Span<byte>(_name, _nameLength));
    }

    /// <summary>Sets one message.</summary>
    public void Set(int index, byte* start, int length, DatagramRun run)
    {
        if (index >= _built)
        {
            Build(index);
        }

        // SAFETY: the caller's index is below the capacity, the length of each table; Build has made the message.
        Vectors[index].iov_base = start;
        Vectors[index].iov_len = (nuint)length;
        Messages[index].msg_hdr.msg_control = null;
        Messages[index].msg_hdr.msg_controllen = 0;
        Runs[index] = run;
        if (run.Count > 1 || run.Options.TrafficClass != 0)
        {
            SetControl(index);
        }
    }

    /// <summary>Makes a message a run, and gives it its class. Never a single datagram: some kernels refuse UDP_SEGMENT there.</summary>
    public void SetControl(int index)
    {
        // SAFETY: the message is one that was set; its place among the controls has room for both.
        byte* control = _controls + (index * ControlSize);
        nuint length = 0;
        if (Runs[index].Count > 1)
        {
            UdpSegmentation.WriteControl(control, Runs[index].SegmentSize);
            length = UdpSegmentation.ControlSize;
        }

        if (Runs[index].Options.TrafficClass != 0)
        {
            TrafficClass.WriteControl(control + length, Runs[index].Options.TrafficClass, _ipv6);
            length += TrafficClass.ControlSize;
        }

        Messages[index].msg_hdr.msg_control = control;
        Messages[index].msg_hdr.msg_controllen = length;
    }

    public void Dispose() => _block.Dispose();

    /// <summary>Builds the messages up to this one: Split sets the last of them first.</summary>
    private void Build(int last)
    {
        for (; _built <= last; _built++)
        {
            // SAFETY: the caller sets this message, so it is one of the table's, and so are those before it.
            msghdr* header = &Messages[_built].msg_hdr;
            header->msg_iov = &Vectors[_built];
            header->msg_iovlen = 1;
            header->msg_name = _nameLength == 0 ? null : _name;
            header->msg_namelen = (uint)_nameLength;
        }
    }
}

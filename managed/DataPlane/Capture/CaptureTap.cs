// SPDX-License-Identifier: GPL-2.0-or-later
//
// One place where packets are copied into a file. Off it costs its callers one branch (IsOn).
//
//     Write --> buffer of 256 KiB --full, or every 200 ms--> write(2) --> FILE --pcap-size--> FILE.1 --> FILE.2
//
// What lies in the place of an older file and is none of ours is left alone, and the capture keeps fewer of them.
//
// A file that cannot be written to (a full disk) stops the capture with one log line, and never the traffic. But write(2) on
// a slow disk keeps QEMU's main loop waiting: captures belong on a fast one.

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Files;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Options;
using L2tpv3.Packets.Capture;

namespace L2tpv3.DataPlane.Capture;

/// <summary>A capture that may be started and stopped at any time.</summary>
internal sealed unsafe class CaptureTap : IDisposable
{
    private const int BufferSize = 256 * 1024;

    private readonly GuestPort _guest;
    private readonly string _name;
    private readonly LinkType _link;
    private CaptureLimits _limits = new();
    private CaptureDirectory? _directory;
    private CaptureFile? _file;
    private NativeBlock? _buffer;
    private FrameCopy? _copy;
    private int _used;
    private long _written;

    /// <summary>How many files there are: fewer than was asked for when something else has the name of an older one.</summary>
    private int _files;

    /// <summary>A capture that is off.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="name">The netdev, as log lines name it.</param>
    /// <param name="link">What its packets begin with.</param>
    public CaptureTap(GuestPort guest, string name, LinkType link)
    {
        _guest = guest;
        _name = name;
        _link = link;
    }

    /// <summary>Packets are wanted.</summary>
    public bool IsOn => _file is not null;

    /// <summary>
    /// Where a frame of the guest's is copied to before it is sent, while a capture runs: what is captured is what was sent.
    /// </summary>
    public FrameCopy Copy => _copy!;

    /// <summary>The file of the present capture, or of the last one.</summary>
    public string Path { get; private set; } = string.Empty;

    /// <summary>Begins a file. The capture that runs, if any, ends, unless the new one cannot be had.</summary>
    /// <param name="path">Where.</param>
    /// <param name="limits">How much.</param>
    /// <param name="problem">Why it cannot be had, in words; empty when it runs.</param>
    public bool TryStart(string path, CaptureLimits limits, out string problem)
    {
        if (IsOn && string.Equals(path, Path, StringComparison.Ordinal))
        {
            // One file has one writer: the same one once more can only be had when the first is done.
            Stop();
        }

        CaptureDirectory? directory = CaptureDirectory.Open(path, out problem);
        CaptureFile? file = null;
        NativeBlock? buffer = null;
        FrameCopy? copy = null;
        try
        {
            file = directory?.OpenFile(out problem);
            if (file is null)
            {
                directory?.Dispose();
                problem = $"{path}: {problem}";
                return false;
            }

            buffer = new NativeBlock(BufferSize);
            copy = new FrameCopy();
            Stop();
        }
        catch
        {
            directory?.Dispose();
            file?.Dispose();
            buffer?.Dispose();
            copy?.Dispose();
            throw;
        }

        _directory = directory;
        _file = file;
        Path = path;
        _limits = limits;
        _files = limits.Files;
        _buffer = buffer;
        _copy = copy;
        Begin();
        return true;
    }

    /// <summary>Ends the capture; what was captured is in the file.</summary>
    public void Stop()
    {
        Flush();
        Close();
        _copy?.Dispose();
        _copy = null;
    }

    /// <summary>Captures a frame that lies in pieces.</summary>
    public void Write(in GuestFrame frame)
    {
        Span<byte> record = Reserve(frame.Length);
        if (!record.IsEmpty)
        {
            frame.CopyTo(record);
        }
    }

    /// <summary>Captures a packet as it is.</summary>
    public void Write(ReadOnlySpan<byte> packet)
    {
        Span<byte> record = Reserve(packet.Length);
        if (!record.IsEmpty)
        {
            packet.CopyTo(record);
        }
    }

    /// <summary>Captures a datagram with the headers around it.</summary>
    public void Write(OuterHeaders headers, ReadOnlySpan<byte> datagram)
    {
        Span<byte> record = Reserve(headers.Length + datagram.Length);
        if (!record.IsEmpty)
        {
            headers.Write(record, datagram);
            datagram.CopyTo(record[headers.Length..]);
        }
    }

    /// <summary>Writes what was captured into the file.</summary>
    public void Flush()
    {
        if (_file is null || _used == 0)
        {
            return;
        }

        // SAFETY: _used never exceeds the block, which lives as long as the file is open.
        Errno error = _file.Write(new ReadOnlySpan<byte>(_buffer!.Start, _used));
        _written += _used;
        _used = 0;
        if (!error.IsNone)
        {
            GiveUp(error.ToString());
        }
    }

    public void Dispose() => Stop();

    private void Begin()
    {
        _written = 0;
        _used = PcapFormat.FileHeaderLength;
        // SAFETY: the buffer is longer than a header.
        PcapFormat.WriteFileHeader(new Span<byte>(_buffer!.Start, _used), _link);
    }

    /// <summary>Makes room for a packet, and writes the header of its record.</summary>
    /// <returns>Its bytes; none when there is no capture any more.</returns>
    private Span<byte> Reserve(int length)
    {
        int size = PcapFormat.RecordHeaderLength + length;
        if (length > PcapFormat.MaximumPacket - PcapFormat.RecordHeaderLength)
        {
            return default;
        }

        bool isEmpty = _written + _used <= PcapFormat.FileHeaderLength;
        if (!isEmpty && _written + _used + size > _limits.Bytes)
        {
            Rotate();
        }

        if (IsOn && _used + size > BufferSize - PcapFormat.FileHeaderLength)
        {
            Flush();
        }

        if (!IsOn)
        {
            return default;
        }

        // SAFETY: the flush has made room for the longest packet, and a longer one was refused.
        Span<byte> record = new(_buffer!.Start + _used, size);
        PcapFormat.WriteRecordHeader(record, DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks, length);
        _used += size;
        return record[PcapFormat.RecordHeaderLength..];
    }

    /// <summary>The file is full: it becomes the first of the older ones.</summary>
    private void Rotate()
    {
        Flush();
        if (!IsOn)
        {
            return;
        }

        if (_limits.Files <= 1)
        {
            GiveUp($"it has {_limits.Bytes} bytes (pcap-size)");
            return;
        }

        // What is not ours is not moved either: it ends the row.
        for (int i = 1; i < _files; i++)
        {
            if (!_directory!.IsReplaceable(i))
            {
                KeepOnly(i, CaptureFile.SomethingElse);
            }
        }

        for (int i = _files - 1; i > 0; i--)
        {
            Errno error = _directory!.MakeOlder(i);
            if (!error.IsNone)
            {
                KeepOnly(i, error.ToString());
            }
        }

        _file!.Dispose();
        _file = null;
        _file = _directory!.OpenFile(out string problem);
        if (_file is null)
        {
            GiveUp(problem);
            return;
        }

        Begin();
    }

    /// <summary>There are no more files than these from now on.</summary>
    private void KeepOnly(int files, string why)
    {
        _files = files;
        _guest.Report(Severity.Warning, $"{_name}: {Path}.{files} cannot be written: {why}; the capture goes on with {(files == 1 ? "one file" : $"{files} files")}");
    }

    /// <summary>The capture is given up, but not the copy: the frame at which that happens is still to be sent from there.</summary>
    private void GiveUp(string why)
    {
        Close();
        _guest.Report(Severity.Warning, $"{_name}: the capture into {Path} has stopped: {why}; traffic goes on");
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        _directory?.Dispose();
        _directory = null;
        _buffer?.Dispose();
        _buffer = null;
        _used = 0;
    }
}

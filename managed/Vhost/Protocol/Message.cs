// SPDX-License-Identifier: GPL-2.0-or-later
//
// A message of the front-end, in the byte order of the machine:
//
//     request 4   flags 4: version 1 in bits 0 and 1, reply in bit 2, need_reply in bit 3   size 4   payload
//
// and descriptors beside it. All of it is a copy of ours before anybody looks at it.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using L2tpv3.Vhost.Interop;

namespace L2tpv3.Vhost.Protocol;

/// <summary>One message with its descriptors, which are closed with it unless somebody takes them.</summary>
internal sealed class Message : IDisposable
{
    /// <summary>Bytes in front of the payload.</summary>
    public const int HeaderSize = 12;

    /// <summary>More than any request needs.</summary>
    public const int MaximumPayload = 1024;

    /// <summary>What a front-end may send at once (VHOST_MEMORY_BASELINE_NREGIONS).</summary>
    public const int MaximumDescriptors = 8;

    /// <summary>flags: the version.</summary>
    public const uint Version = 1;

    /// <summary>flags: a reply.</summary>
    public const uint Reply = 4;

    private const uint VersionMask = 3;
    private const uint NeedReply = 8;
    private const int FlagsOffset = 4;
    private const int SizeOffset = 8;

    private readonly byte[] _bytes = new byte[HeaderSize + MaximumPayload];
    private readonly List<FileDescriptor> _descriptors = new(MaximumDescriptors);
    private int _length;

    /// <summary>What is asked for.</summary>
    public Request Request => (Request)Word(0);

    /// <summary>The front-end waits for an answer, if REPLY_ACK is negotiated.</summary>
    public bool WantsReply => (Word(FlagsOffset) & NeedReply) != 0;

    /// <summary>What came behind the header.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.AsSpan(HeaderSize, (int)Word(SizeOffset));

    /// <summary>Descriptors that came with it.</summary>
    public IReadOnlyList<FileDescriptor> Descriptors => _descriptors;

    /// <summary>All of it has come.</summary>
    public bool IsWhole => _length >= HeaderSize && _length == HeaderSize + Word(SizeOffset);

    /// <summary>Where the next bytes go: the rest of the header, then the rest of the payload.</summary>
    public Span<byte> Room => _length < HeaderSize
        ? _bytes.AsSpan(_length, HeaderSize - _length)
        : _bytes.AsSpan(_length, HeaderSize + (int)Word(SizeOffset) - _length);

    /// <summary>Some bytes have come.</summary>
    /// <param name="count">At most those of Room.</param>
    /// <exception cref="ProtocolException">They are no header.</exception>
    public void Advance(int count)
    {
        _length += count;
        if (_length != HeaderSize)
        {
            return;
        }

        if ((Word(FlagsOffset) & VersionMask) != Version)
        {
            throw new ProtocolException($"a message has version {Word(FlagsOffset) & VersionMask}, not {Version}");
        }

        if (Word(SizeOffset) > MaximumPayload)
        {
            throw new ProtocolException($"a message of {Word(SizeOffset)} bytes; at most {MaximumPayload} are taken");
        }
    }

    /// <summary>A descriptor has come.</summary>
    /// <returns>False when there are too many: it is closed.</returns>
    public bool TryAdd(FileDescriptor descriptor)
    {
        if (_descriptors.Count == MaximumDescriptors)
        {
            descriptor.Dispose();
            return false;
        }

        _descriptors.Add(descriptor);
        return true;
    }

    /// <summary>A number of the payload.</summary>
    public uint Payload32(int offset) => MemoryMarshal.Read<uint>(Payload[offset..]);

    /// <summary>A number of the payload.</summary>
    public ulong Payload64(int offset) => MemoryMarshal.Read<ulong>(Payload[offset..]);

    /// <summary>Makes sure that the payload has as many bytes as its request takes.</summary>
    /// <exception cref="ProtocolException">It does not.</exception>
    public void CheckSize(int size)
    {
        if (Payload.Length != size)
        {
            throw new ProtocolException($"{Request} has {Payload.Length} bytes, not {size}");
        }
    }

    /// <summary>Makes sure that as many descriptors came as its request takes.</summary>
    /// <exception cref="ProtocolException">They did not.</exception>
    public void CheckDescriptors(int count)
    {
        if (_descriptors.Count != count)
        {
            throw new ProtocolException($"{Request} has {_descriptors.Count} descriptors, not {count}");
        }
    }

    /// <summary>The first descriptor, which is the caller's from now on.</summary>
    public FileDescriptor TakeDescriptor()
    {
        FileDescriptor first = _descriptors[0];
        _descriptors.RemoveAt(0);
        return first;
    }

    /// <summary>Makes room for the next message.</summary>
    public void Clear()
    {
        _descriptors.ForEach(descriptor => descriptor.Dispose());
        _descriptors.Clear();
        _length = 0;
        Array.Clear(_bytes, 0, HeaderSize);
    }

    public void Dispose() => Clear();

    private uint Word(int offset) => MemoryMarshal.Read<uint>(_bytes.AsSpan(offset));
}

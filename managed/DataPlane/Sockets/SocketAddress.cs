// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>
/// A sockaddr_in or sockaddr_in6 (ip(7), ipv6(7)) as the bytes the kernel takes. Made while a session opens, and not changed
/// but by source-check=roam, which has one of its own.
/// </summary>
internal sealed class SocketAddress
{
    private readonly byte[] _bytes;

    public SocketAddress(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
    }

    /// <summary>The bytes to hand to bind(2), connect(2) and sendmmsg(2).</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Becomes another address of the same family, without allocating.</summary>
    public void CopyFrom(ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes);

    /// <summary>The same address with another port.</summary>
    public SocketAddress WithPort(ushort port)
    {
        SocketAddress other = new(_bytes);
        BinaryPrimitives.WriteUInt16BigEndian(other._bytes.AsSpan(LinuxConstants.offsetof_sockaddr_in_sin_port), port);
        return other;
    }

    /// <summary>The same place: family, port, address and, for IPv6, scope; not the flow label.</summary>
    public bool IsSameAs(ReadOnlySpan<byte> other)
    {
        const int portEnd = LinuxConstants.offsetof_sockaddr_in_sin_addr;
        int start = IsIpv6 ? LinuxConstants.offsetof_sockaddr_in6_sin6_addr : portEnd;
        int end = IsIpv6 ? _bytes.Length : portEnd + sizeof(uint);
        return other.Length == _bytes.Length
            && other[..portEnd].SequenceEqual(_bytes.AsSpan(0, portEnd))
            && other[start..end].SequenceEqual(_bytes.AsSpan(start..end));
    }

    public bool IsIpv6 => BitConverter.ToUInt16(_bytes) == LinuxConstants.AF_INET6;

    /// <summary>The UDP port; 0 for raw IP.</summary>
    public int Port => PortOf(_bytes);

    /// <summary>The same of any sockaddr_in or sockaddr_in6.</summary>
    public static int PortOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes[LinuxConstants.offsetof_sockaddr_in_sin_port..]);

    /// <summary>The address in network order, 4 or 16 bytes.</summary>
    public ReadOnlySpan<byte> AddressBytes => IsIpv6
        ? _bytes.AsSpan(LinuxConstants.offsetof_sockaddr_in6_sin6_addr, 16)
        : _bytes.AsSpan(LinuxConstants.offsetof_sockaddr_in_sin_addr, 4);

    /// <summary>The wildcard address: no peer in particular.</summary>
    public bool IsAny => AddressBytes.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>The address without the port.</summary>
    public IPAddress Address => IsIpv6
        ? new IPAddress(AddressBytes, BitConverter.ToUInt32(_bytes, LinuxConstants.offsetof_sockaddr_in6_sin6_scope_id))
        : new IPAddress(AddressBytes);

    /// <summary>Characters of the longest text: an IPv6 address in brackets, a scope and a port.</summary>
    public const int MaximumText = 80;

    /// <summary>Writes what <see cref="ToString"/> gives, without allocating.</summary>
    /// <param name="text">At least <see cref="MaximumText"/> characters.</param>
    /// <returns>How many were written.</returns>
    public unsafe int Format(Span<char> text)
    {
        const int size = LinuxConstants.INET6_ADDRSTRLEN;
        byte* buffer = stackalloc byte[size];
        // SAFETY: the address has the bytes of its family, and the buffer has room for the text of either.
        fixed (byte* address = AddressBytes)
        {
            _ = Libc.inet_ntop(IsIpv6 ? LinuxConstants.AF_INET6 : LinuxConstants.AF_INET, address, buffer, size);
        }

        bool isBracketed = IsIpv6 && Port != 0;
        int length = 0;
        Append(text, isBracketed ? "[" : string.Empty, ref length);
        for (byte* next = buffer; *next != 0; next++)
        {
            text[length++] = (char)*next;
        }

        uint scope = IsIpv6 ? BitConverter.ToUInt32(_bytes, LinuxConstants.offsetof_sockaddr_in6_sin6_scope_id) : 0;
        AppendNumber(text, "%", scope, ref length);
        Append(text, isBracketed ? "]" : string.Empty, ref length);
        AppendNumber(text, ":", (uint)Port, ref length);
        return length;
    }

    private static void AppendNumber(Span<char> text, string before, uint number, ref int length)
    {
        if (number != 0)
        {
            Append(text, before, ref length);
            _ = number.TryFormat(text[length..], out int written, default, CultureInfo.InvariantCulture);
            length += written;
        }
    }

    private static void Append(Span<char> text, string part, ref int length)
    {
        part.CopyTo(text[length..]);
        length += part.Length;
    }

    /// <summary>`192.0.2.1:1701`, `[2001:db8::1]:1701`, or without a port when there is none.</summary>
    public override string ToString()
    {
        if (Port == 0)
        {
            return Address.ToString();
        }

        string host = IsIpv6 ? $"[{Address}]" : Address.ToString();
        return string.Create(CultureInfo.InvariantCulture, $"{host}:{Port}");
    }
}

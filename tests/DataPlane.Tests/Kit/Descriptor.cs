// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DataPlane.Tests.Kit;

/// <summary>A descriptor as a process inherits it: a bare number, not closed by execve(2). Whoever takes it over closes it.</summary>
internal sealed partial class Descriptor : IDisposable
{
    private const int CloseOnExec = 1;
    private const int GetFlags = 1;
    private const int SetFlags = 2;
    private const int L2tp = 115;

    private string _target;

    private Descriptor(int number)
    {
        Number = number;
        _target = TargetOf(number);
    }

    public int Number { get; }

    /// <summary>Opens a socket.</summary>
    /// <param name="kind">udp4, udp6, raw4, raw6 (protocol 115), icmp or stream.</param>
    /// <param name="bound">The address to bind it to; null: none.</param>
    /// <param name="port">The port, if it is UDP.</param>
    public static Descriptor Open(string kind, string? bound, int port)
    {
        (AddressFamily family, SocketType type, int protocol) = kind switch
        {
            "udp4" => (AddressFamily.InterNetwork, SocketType.Dgram, (int)ProtocolType.Udp),
            "udp6" => (AddressFamily.InterNetworkV6, SocketType.Dgram, (int)ProtocolType.Udp),
            "raw4" => (AddressFamily.InterNetwork, SocketType.Raw, L2tp),
            "raw6" => (AddressFamily.InterNetworkV6, SocketType.Raw, L2tp),
            "icmp" => (AddressFamily.InterNetwork, SocketType.Raw, (int)ProtocolType.Icmp),
            _ => (AddressFamily.InterNetwork, SocketType.Stream, (int)ProtocolType.Tcp),
        };
        // .NET numbers address families in its own way.
        Descriptor descriptor = new(Checked(OpenSocket(family == AddressFamily.InterNetwork ? 2 : 10, type == SocketType.Stream ? 1 : type == SocketType.Dgram ? 2 : 3, protocol)));
        if (bound is not null)
        {
            IPEndPoint local = new(IPAddress.Parse(bound), type == SocketType.Dgram ? port : 0);
            descriptor.With(socket => socket.Bind(local));
        }

        return descriptor;
    }

    /// <summary>The number of nothing.</summary>
    public static Descriptor Closed()
    {
        // High, so that nobody else opens it meanwhile.
        const int unused = 60_000;
        return new Descriptor(unused);
    }

    /// <summary>A file that is no socket.</summary>
    public static Descriptor OfFile() => new(Checked(Duplicate(0)));

    public Descriptor SetCloseOnExec()
    {
        Checked(Control(Number, SetFlags, CloseOnExec));
        return this;
    }

    public Descriptor Connect(IPEndPoint peer)
    {
        With(socket => socket.Connect(peer));
        return this;
    }

    /// <summary>Sends a byte to somebody.</summary>
    public void SendTo(string address, int port) => With(socket => socket.SendTo([0], new IPEndPoint(IPAddress.Parse(address), port)));

    /// <summary>What /proc calls it: `socket:[inode]`.</summary>
    public string Target() => _target;

    /// <summary>The port that a UDP socket is bound to.</summary>
    public int LocalPort()
    {
        int port = 0;
        With(socket => port = ((IPEndPoint)socket.LocalEndPoint!).Port);
        return port;
    }

    /// <summary>All that may not change: what it is, its flags.</summary>
    public string State() => string.Create(CultureInfo.InvariantCulture, $"{TargetOf(Number)} {Control(Number, GetFlags, 0)} {Flags()}");

    /// <summary>What a descriptor of this process is.</summary>
    public static string TargetOf(int number) => new FileInfo($"/proc/self/fd/{number}").LinkTarget ?? string.Empty;

    /// <summary>All descriptors of this process that are the same.</summary>
    public static IReadOnlyList<string> NumbersOf(string target) =>
        [.. Directory.EnumerateFileSystemEntries("/proc/self/fd").Where(file => string.Equals(new FileInfo(file).LinkTarget, target, StringComparison.Ordinal))];

    /// <summary>Closes it if nobody has; the number may be another file's by now.</summary>
    public void Dispose()
    {
        if (_target.Length > 0 && string.Equals(TargetOf(Number), _target, StringComparison.Ordinal))
        {
            _ = Close(Number);
        }

        _target = string.Empty;
    }

    private string Flags()
    {
        string file = $"/proc/self/fdinfo/{Number}";
        return File.Exists(file) ? File.ReadLines(file).First(line => line.StartsWith("flags:", StringComparison.Ordinal)) : string.Empty;
    }

    private void With(Action<Socket> action)
    {
        using Socket socket = new(new SafeSocketHandle(Number, ownsHandle: false));
        action(socket);
    }

    private static int Checked(int result) => result >= 0 ? result : throw new IOException(Marshal.GetLastPInvokeErrorMessage());

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int fd);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int fd, int command, int argument);
}

// SPDX-License-Identifier: GPL-2.0-or-later
//
// The client's side of the control socket of l2tpv3-vhost: a line, and a line as its answer. The words are in
// managed/Vhost/Control/ControlRequest.cs.

using System;
using System.Buffers.Binary;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace L2tpv3.Stat.Control;

/// <summary>Asks one netdev.</summary>
/// <param name="path">Its control socket.</param>
/// <param name="process">Its process, and nobody else, may hear what it is told: that may be a cookie.</param>
internal sealed class ControlConnection(string path, int process)
{
    private const int PatienceMs = 10_000;

    /// <summary>An answer is a value, or the statistics in JSON. What is longer comes from no netdev.</summary>
    private const int LongestAnswer = 1 << 20;

    /// <summary>SOL_SOCKET and SO_PEERCRED of sys/socket.h, x86-64: the pid, uid and gid of whoever listens (unix(7)).</summary>
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int CredentialsSize = 12;

    private const string Ok = "ok";
    private const string Error = "error ";

    /// <summary>Asks.</summary>
    /// <param name="line">The line, without a newline.</param>
    /// <returns>What the netdev says.</returns>
    /// <exception cref="ControlException">It refuses, or it does not answer.</exception>
    public string Ask(string line) => TryAsk(line, out string answer) ? answer : throw new ControlException(answer);

    /// <summary>Asks what may be refused.</summary>
    /// <param name="line">The line, without a newline.</param>
    /// <param name="answer">What the netdev says, or why it refuses.</param>
    /// <returns>False: it refuses.</returns>
    /// <exception cref="ControlException">It does not answer.</exception>
    public bool TryAsk(string line, out string answer)
    {
        string all;
        try
        {
            all = Exchange(line);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            throw new ControlException($"the control socket of process {process} does not answer: {exception.Message}", exception);
        }

        bool isDone = all.StartsWith(Ok, StringComparison.Ordinal);
        if (!all.EndsWith('\n') || !(isDone || all.StartsWith(Error, StringComparison.Ordinal)))
        {
            throw new ControlException($"the control socket of process {process} gives no answer; is it of another version?");
        }

        answer = (isDone ? all[Ok.Length..] : all[Error.Length..])[..^1];
        answer = isDone && answer.StartsWith(' ') ? answer[1..] : answer;
        return isDone;
    }

    private string Exchange(string line)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = PatienceMs, ReceiveTimeout = PatienceMs };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        Span<byte> credentials = stackalloc byte[CredentialsSize];
        _ = socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        if (BinaryPrimitives.ReadInt32LittleEndian(credentials) != process)
        {
            throw new ControlException($"{path} is not of process {process}: nothing was sent");
        }

        socket.Send(Encoding.UTF8.GetBytes(line + "\n"));
        return Read(socket);
    }

    private static string Read(Socket socket)
    {
        byte[] buffer = new byte[4096];
        using MemoryStream answer = new();
        int count = Receive(socket, buffer, hasSome: false);
        while (count > 0 && answer.Length < LongestAnswer)
        {
            answer.Write(buffer, 0, count);
            count = buffer[count - 1] == '\n' ? 0 : Receive(socket, buffer, hasSome: true);
        }

        return Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
    }

    /// <summary>An end is an end: whoever is turned away with a line that nobody has read gets a reset behind the answer.</summary>
    private static int Receive(Socket socket, byte[] buffer, bool hasSome)
    {
        try
        {
            return socket.Receive(buffer);
        }
        catch (SocketException exception) when (hasSome && exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }
}

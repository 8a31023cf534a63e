// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace Vhost.Tests.Serving;

/// <summary>
/// The program is killed in the middle of traffic, at any moment, and starts again, many times. The driver keeps what was in flight (vhost-user, "Inflight I/O
/// tracking") and says so when a descriptor comes back that it does not miss.
/// </summary>
public sealed class RestartTests : IDisposable
{
    private const int FrameSize = 100;
    private const int NumberOffset = 14;
    private const int QueueSize = 256;
    private const int BurstSize = 64;

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(20);

    private readonly VhostProgram _program = new();
    private readonly VhostDriver _driver;
    private readonly Dictionary<int, int> _arrived = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Exception?[] _failures = new Exception?[4];
    private int _sent;
    private int _sentFromPeer;
    private int _received;
    private int _arrivedCount;

    public RestartTests() => _driver = VhostDriver.Start(VhostOptions.Default with { Behaviour = VhostBehaviour.Patient | VhostBehaviour.Indirect }, _program.SocketPath);

    public void Dispose()
    {
        _stop.Dispose();
        _driver.Dispose();
        _program.Dispose();
    }

    [Fact]
    public void A_program_that_is_killed_under_traffic_loses_no_descriptor_and_returns_none_twice() => Run(20);

    /// <summary>For minutes: by its name.</summary>
    [Fact(Explicit = true)]
    public void A_program_that_is_killed_for_minutes_loses_no_descriptor_and_returns_none_twice() => Run(300);

    private void Run(int kills)
    {
        Action[] works = [Transmit, Receive, SendFromPeer, ReceiveAtPeer];
        Thread[] threads = [.. works.Select((work, i) => new Thread(() => _failures[i] = Record.Exception(work)) { IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());
#pragma warning disable CA5394 // any moment will do
        Random random = new(kills);
        for (int i = 0; i < kills && Array.TrueForAll(_failures, failure => failure is null); i++)
        {
            WaitForTraffic();
            Thread.Sleep(random.Next(10));
            Thread.SpinWait(random.Next(20_000));
#pragma warning restore CA5394
            _program.KillAndRestart();
            _driver.Disconnect();
            _driver.Connect(_program.SocketPath);
            _driver.Negotiate();
            _driver.Start();
        }

        WaitForTraffic();
        _stop.Cancel();
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(_failures, Assert.Null);
        AssertTransmitted(kills);
        AssertReceived();
    }

    /// <summary>All chains have come back, each once: the driver has found no other. No frame is lost; at a kill some may be sent twice.</summary>
    private void AssertTransmitted(int kills)
    {
        _driver.WaitForTransmitted();
        Assert.Equal(QueueSize, _driver.Free(VhostDirection.Transmit));
        Assert.Equal(_driver.Available(VhostDirection.Transmit)[1], _driver.Used(VhostDirection.Transmit)[1]);
        TakeAtPeer();
        long dropped = UdpDrops.Of(_program.Wire.Port);
        int more = _arrived.Values.Sum() - _arrived.Count;
        string figures = $"{kills} kills: of {_sent} frames sent {_arrived.Count} arrived, {more} of them twice, and the peer had no room for {dropped}; of {_sentFromPeer} of the peer {_received} were received";
        TestContext.Current.SendDiagnosticMessage(figures);
        Assert.InRange(more, 0, kills * QueueSize);
        Assert.True(_sent - _arrived.Count <= dropped, figures);
    }

    /// <summary>The guest's buffers are all there: a frame for each, and the next one waits.</summary>
    private void AssertReceived()
    {
        Assert.InRange(_received, 1, _sentFromPeer);
        while (_driver.TryReceive(Timeouts.Silence, out _) is not null)
        {
        }

        _driver.Repost(on: false);
        Assert.Equal(0, _driver.Free(VhostDirection.Receive));
        for (int i = 0; i < QueueSize; i++)
        {
            byte[] frame = Numbered(i);
            _program.SendFromPeer(frame);
            Assert.Equal(frame, _driver.Receive()[12..]);
        }

        Assert.Equal(QueueSize, _driver.Free(VhostDirection.Receive));
    }

    private void Transmit()
    {
        while (!_stop.IsCancellationRequested)
        {
            _driver.Transmit([.. new byte[12], .. Numbered(_sent)], 12, FrameSize);
            Volatile.Write(ref _sent, _sent + 1);
            if (_sent % BurstSize == 0)
            {
                Thread.Sleep(1);
            }
        }
    }

    private void Receive()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (_driver.TryReceive(s_step, out _) is byte[] frame)
            {
                Assert.Equal(Numbered(Number(frame.AsSpan(12))), frame[12..]);
                Volatile.Write(ref _received, _received + 1);
            }
        }
    }

    private void SendFromPeer()
    {
        while (!_stop.IsCancellationRequested)
        {
            _program.SendFromPeer(Numbered(_sentFromPeer++));
            if (_sentFromPeer % BurstSize == 0)
            {
                Thread.Sleep(1);
            }
        }
    }

    private void ReceiveAtPeer()
    {
        while (!_stop.IsCancellationRequested)
        {
            TakeAtPeer();
        }
    }

    /// <summary>What comes without a pause.</summary>
    private void TakeAtPeer()
    {
        int header = _program.Netdev.Datagram([]).Length;
        while (_program.Wire.TryReceive(s_step) is byte[] datagram)
        {
            int number = Number(datagram.AsSpan(header));
            Assert.Equal(_program.Netdev.Datagram(Numbered(number)), datagram);
            _arrived[number] = _arrived.GetValueOrDefault(number) + 1;
            Volatile.Write(ref _arrivedCount, _arrived.Count);
        }
    }

    private void WaitForTraffic()
    {
        int sent = Volatile.Read(ref _sent);
        int received = Volatile.Read(ref _received);
        _ = Eventually.Get(
            () => (Sent: Volatile.Read(ref _sent) - sent, Received: Volatile.Read(ref _received) - received),
            seen => (seen.Sent > 300 && seen.Received > 10) || Array.Exists(_failures, failure => failure is not null),
            () => $"traffic both ways, after {sent} and {received}; {Volatile.Read(ref _arrivedCount)} arrived, {_driver.Free(VhostDirection.Transmit)} descriptors free, available {_driver.Available(VhostDirection.Transmit)[1]}, used {_driver.Used(VhostDirection.Transmit)[1]}, the log: {_program.Log}");
    }

    private static byte[] Numbered(int number)
    {
        byte[] frame = TestFrames.Create(FrameSize, number % 7);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(NumberOffset), number);
        return frame;
    }

    private static int Number(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32LittleEndian(frame[NumberOffset..]);
}

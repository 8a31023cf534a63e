// SPDX-License-Identifier: GPL-2.0-or-later
//
// The cookies of both ends are rolled over in the order of RFC 8159, 5, while frames pass in both directions all the
// time.

using System.Buffers.Binary;
using System.Text.Json;

namespace EndToEnd.Live;

/// <summary>New cookies under traffic.</summary>
public sealed class RolloverTests(ITestOutputHelper output)
{
    private const int Rollovers = 8;
    private const int MinimumFrames = 2000;

    [Fact]
    public async Task A_rollover_of_cookies_on_both_ends_under_traffic_loses_no_frame()
    {
        L2tpv3Netdev netdev = new()
        {
            SourcePort = FreePort.Udp(),
            DestinationPort = FreePort.Udp(),
            Cookie = CookieSize.Bits64,
            TransmitCookie = 1,
            ReceiveCookie = 2,
        };
        using QemuWithTunnels left = Start(netdev);
        using QemuWithTunnels right = Start(netdev.OtherEnd());
        using CancellationTokenSource stop = new();
        using Stream rightward = new(left.Guest("n0"), right.Guest("n0"), stop.Token);
        using Stream leftward = new(right.Guest("n0"), left.Guest("n0"), stop.Token);
        for (int i = 1; i <= Rollovers; i++)
        {
            ulong cookie = 0xA1B2_C3D4_0000_0000 + (ulong)i;
            SetBoth(left, right, "rxcookie2", cookie);
            SetBoth(left, right, "txcookie", cookie);
            rightward.WaitForFramesOfNow();
            leftward.WaitForFramesOfNow();
            SetBoth(left, right, "rxcookie", cookie);
            SetBoth(left, right, "rxcookie2", null);
            rightward.WaitForFramesOfNow();
            leftward.WaitForFramesOfNow();
        }

        rightward.WaitForFrames(MinimumFrames);
        leftward.WaitForFrames(MinimumFrames);
        await stop.CancelAsync();
        (int rightSent, int rightReceived) = await rightward.EndAsync();
        (int leftSent, int leftReceived) = await leftward.EndAsync();
        output.WriteLine($"{Rollovers} rollovers: {rightReceived} of {rightSent} and {leftReceived} of {leftSent} frames have arrived");
        Assert.Equal((rightSent, leftSent), (rightReceived, leftReceived));
        Assert.Equal(("{}", "{}"), (Drops(left), Drops(right)));

        // And the first cookies are none any more.
        right.Process.Qmp.Execute("qom-set", new { path = "/l2tpv3/n0", property = "txcookie", value = "0000000000000001" });
        right.Guest("n0").Send(TestFrames.Create(60));
        _ = Eventually.Get(() => Drops(left).Contains("wrong-cookie", StringComparison.Ordinal), reached => reached, () => "the old cookie is refused");
    }

    private static QemuWithTunnels Start(L2tpv3Netdev netdev) => new(new QemuOptions { Plugin = true }, [netdev]);

    private static string Drops(QemuWithTunnels qemu) =>
        qemu.Process.Qmp.Execute("qom-get", new { path = "/l2tpv3/n0", property = "statistics" }).GetProperty("drops").GetRawText();

    private void SetBoth(QemuWithTunnels left, QemuWithTunnels right, string property, ulong? cookie)
    {
        string value = cookie?.ToString("x16", CultureInfo.InvariantCulture) ?? "none";
        Set("left", left, property, value);
        Set("right", right, property, value);
    }

    private void Set(string name, QemuWithTunnels qemu, string property, string value)
    {
        object arguments = new { path = "/l2tpv3/n0", property, value };
        JsonElement answer = qemu.Process.Qmp.Execute("qom-set", arguments);
        output.WriteLine($"{name,-5} -> {JsonSerializer.Serialize(new { execute = "qom-set", arguments })}");
        output.WriteLine($"{name,-5} <- {{\"return\": {answer.GetRawText()}}}");
    }

    /// <summary>Numbered frames in one direction until it is stopped.</summary>
    private sealed class Stream : IDisposable
    {
        private const int FrameSize = 60;

        /// <summary>Under way at a time: as many as the guest's socket holds (net.unix.max_dgram_qlen); QEMU's hub mixes up the rest.</summary>
        private const int Window = 8;

        private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(3);
        private readonly SemaphoreSlim _room = new(Window);
        private readonly Task _sender;
        private readonly Task _receiver;
        private int _sent;
        private int _received;

        public Stream(FrameSocket from, FrameSocket to, CancellationToken stop)
        {
            _sender = Task.Factory.StartNew(() => Send(from, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            _receiver = Task.Factory.StartNew(() => Receive(to), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        /// <summary>Waits until what has been sent so far has arrived.</summary>
        public void WaitForFramesOfNow() => WaitForFrames(Volatile.Read(ref _sent));

        public void WaitForFrames(int count) =>
            _ = Eventually.Get(() => Volatile.Read(ref _received) >= count || _receiver.IsCompleted, reached => reached, () => $"{count} frames arrive (sent {_sent}, received {_received})");

        public async Task<(int Sent, int Received)> EndAsync()
        {
            await _sender.ConfigureAwait(false);
            await _receiver.ConfigureAwait(false);
            return (_sent, _received);
        }

        public void Dispose() => _room.Dispose();

        private void Send(FrameSocket from, CancellationToken stop)
        {
            byte[] frame = TestFrames.Create(FrameSize);
            while (!stop.IsCancellationRequested)
            {
                if (!_room.Wait(s_silence, CancellationToken.None))
                {
                    return;
                }

                BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(FrameSize - 4), _sent);
                from.Send(frame);
                Interlocked.Increment(ref _sent);
            }
        }

        /// <summary>Until nothing comes any more, or something else than the next one.</summary>
        private void Receive(FrameSocket to)
        {
            while (to.TryReceive(s_silence) is { } frame && BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(FrameSize - 4)) == _received)
            {
                Interlocked.Increment(ref _received);
                _room.Release();
            }
        }
    }
}

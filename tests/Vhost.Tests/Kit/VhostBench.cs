// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane;
using L2tpv3.Vhost.CommandLine;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Log;
using L2tpv3.Vhost.Loop;

namespace Vhost.Tests.Kit;

/// <summary>
/// The whole program but its command line, round by round, between a front-end and a peer of the tests:
///
///     FrontEnd --socket pair--> server --session--> UDP on loopback --> Wire
/// </summary>
internal sealed class VhostBench : IDisposable
{
    private readonly StringWriter _log = new(CultureInfo.InvariantCulture);

    public VhostBench(string settings = "")
    {
        Wire = WirePeer.Udp("127.0.0.1");
        Netdev = new L2tpv3Netdev { SourcePort = FreePort.Udp(), DestinationPort = Wire.Port };
        Server = new Server(new EventLog(_log));
        string text = string.Join(',', Netdev.ToString()["l2tpv3,".Length..], "stats=off", settings).TrimEnd(',');
        OptionList list = OptionList.Parse(text, "test");
        Server.Guest.Session = SessionOpener.Open(list.Netdev, list.Settings, Server.Guest.Port);
        FrontEnd = new TestFrontEnd(Run, () => Log);
        Server.Connect(new FileDescriptor(FrontEnd.TakeOtherEnd()));
    }

    public Server Server { get; }

    public WirePeer Wire { get; }

    public L2tpv3Netdev Netdev { get; }

    public TestFrontEnd FrontEnd { get; private set; }

    public Session Session => Server.Guest.Session;

    /// <summary>What the program has said.</summary>
    public string Log => _log.ToString();

    /// <summary>Rounds of the loop until there is nothing to do.</summary>
    public void Run()
    {
        for (int i = 0; i < 4; i++)
        {
            Server.RunOnce(0);
        }
    }

    /// <summary>Rounds of the loop until something has happened.</summary>
    public void RunUntil(Func<bool> happened, string what)
    {
        long end = Environment.TickCount64 + (long)Timeouts.Arrival.TotalMilliseconds;
        while (!happened())
        {
            Assert.True(Environment.TickCount64 < end, $"{what}: not in time; the log: {Log}");
            Server.RunOnce(10);
        }
    }

    /// <summary>Another front-end takes the place of the one that has gone.</summary>
    public void Reconnect()
    {
        FrontEnd.Dispose();
        Run();
        FrontEnd = new TestFrontEnd(Run, () => Log);
        Server.Connect(new FileDescriptor(FrontEnd.TakeOtherEnd()));
    }

    /// <summary>The peer sends a frame.</summary>
    public void SendFromPeer(ReadOnlySpan<byte> frame) => Wire.Send(Netdev.OtherEnd().Datagram(frame), Netdev.Source, Netdev.SourcePort!.Value);

    /// <summary>The receive ring starts again, and what the peer sends from now on reaches the guest as its first frame.</summary>
    public void AssertReceivesAgain()
    {
        const int buffer = 0x20_000;
        FrontEnd.AddBuffer(buffer, 2048);
        FrontEnd.StartRing(0);
        byte[] frame = TestFrames.Create(60, 2);
        SendFromPeer(frame);
        RunUntil(() => FrontEnd.Receive.UsedIndex == 1, "a frame");
        Assert.Equal(frame, FrontEnd.Ram.At(buffer + 12, 60).ToArray());
    }

    public void Dispose()
    {
        Server.Dispose();
        FrontEnd.Dispose();
        Wire.Dispose();
    }
}

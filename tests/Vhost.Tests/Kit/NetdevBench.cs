// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Vhost.CommandLine;
using L2tpv3.Vhost.Log;
using VhostNetdev = L2tpv3.Vhost.Loop.Netdev;

namespace Vhost.Tests.Kit;

/// <summary>One netdev on a thread of its own, with a front-end and a peer of the tests.</summary>
internal sealed class NetdevBench : IDisposable
{
    private const int Burst = 16;

    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _log = new(CultureInfo.InvariantCulture);
    private readonly VhostNetdev _program;
    private readonly WirePeer _wire = WirePeer.Udp("127.0.0.1");
    private readonly L2tpv3Netdev _netdev;
    private readonly TestFrontEnd _frontEnd;

    /// <summary>Opens and starts it.</summary>
    public NetdevBench(string id, uint session)
    {
        _netdev = new L2tpv3Netdev { Id = id, SourcePort = FreePort.Udp(), DestinationPort = _wire.Port, TransmitSessionId = session, ReceiveSessionId = session + 1 };
        OptionList list = OptionList.Parse($"{_netdev.ToString()["l2tpv3,".Length..]},stats={_directory.File("pages")}", id);
        string socket = _directory.File("socket");
        _program = new VhostNetdev(list.Netdev, list.Settings, socket, control: null, new EventLog(TextWriter.Synchronized(_log), $"l2tpv3 netdev '{id}'"));
        _program.Listen();
        _program.Start(() => { });
        _frontEnd = TestFrontEnd.Connect(socket, () => Thread.Sleep(5), () => _log.ToString());
        _frontEnd.Start();
    }

    /// <summary>What it has said.</summary>
    public string Log => _log.ToString();

    /// <summary>It has come to an end that nobody asked for.</summary>
    public bool HasFailed => _program.HasFailed;

    /// <summary>Frames both ways, each of which must arrive as it was, and in its place.</summary>
    public void Exchange(int rounds, int seed)
    {
        for (int round = 0; round < rounds; round++)
        {
            byte[][] frames = [.. Enumerable.Range(0, Burst).Select(i => TestFrames.Create(60 + (((round * Burst) + i) % 1400), seed + i))];
            for (int i = 0; i < Burst; i++)
            {
                _frontEnd.SendFrame(frames[i], 0x40_000 + (i * 0x1000));
                _frontEnd.AddBuffer(0x20_000 + (i * 2048), 2048);
            }

            foreach (byte[] frame in frames)
            {
                Assert.Equal(_netdev.Datagram(frame), _wire.Receive());
                _wire.Send(_netdev.OtherEnd().Datagram(frame), _netdev.Source, _netdev.SourcePort!.Value);
            }

            Eventually.IsTrue(() => _frontEnd.Receive.UsedIndex == (ushort)((round + 1) * Burst), "the frames of the peer");
            for (int i = 0; i < Burst; i++)
            {
                Assert.Equal(frames[i], _frontEnd.Ram.At(0x20_000 + (i * 2048) + 12, frames[i].Length).ToArray());
            }
        }
    }

    /// <summary>Asks the control socket that stands beside the statistics page.</summary>
    public string Ask(string request) => ControlLine.Ask(Assert.Single(Directory.GetFiles(_directory.File("pages"), "*.control")), request);

    /// <summary>Ends its thread.</summary>
    public void End()
    {
        _program.Stop();
        _program.Join();
    }

    /// <summary>What lies in the directory of its statistics page.</summary>
    public string[] Pages() => Directory.GetFiles(_directory.File("pages"));

    public void Dispose()
    {
        End();
        _program.Dispose();
        _frontEnd.Dispose();
        _wire.Dispose();
        _directory.Dispose();
    }
}

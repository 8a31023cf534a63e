// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>Several netdevs in one QEMU do not know of each other.</summary>
public sealed class ManyNetdevsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    public void Each_of_many_netdevs_carries_its_own_frames_and_none_adds_a_thread(int count)
    {
        using NetworkNamespace network = new();
        List<L2tpv3Netdev> netdevs = [.. Enumerable.Range(0, count).Select(index => TunnelTable.Create(index, Encapsulation.Udp4))];
        using QemuWithTunnels one = new(plugin: true, network, [TunnelTable.Create(count, Encapsulation.Udp4)]);
        using QemuWithTunnels many = new(plugin: true, network, netdevs);
        List<WirePeer> wires = network.Run(() => netdevs.ConvertAll(netdev => WirePeer.Udp(port: netdev.DestinationPort!.Value)));

        foreach ((L2tpv3Netdev netdev, WirePeer wire) in netdevs.Zip(wires))
        {
            byte[] frame = TestFrames.Create(200, seed: netdev.SourcePort!.Value);
            many.Guest(netdev.Id).Send(frame);
            wire.Send(netdev.OtherEnd().Datagram(frame), "127.0.0.1", netdev.SourcePort.Value);
        }

        foreach ((L2tpv3Netdev netdev, WirePeer wire) in netdevs.Zip(wires))
        {
            byte[] frame = TestFrames.Create(200, seed: netdev.SourcePort!.Value);
            Assert.Equal(netdev.Datagram(frame), wire.Receive());
            Assert.Equal(frame, many.Guest(netdev.Id).Receive());
            NetdevInfo info = many.Process.WaitForNetdev(netdev.Id, info => info is { FramesTransmitted: 1, FramesReceived: 1 });
            Assert.Equal(0, info.Drops);
            wire.Dispose();
        }

        Assert.Equal(ProcessStatus.Read(one.Process.Id).Threads, ProcessStatus.Read(many.Process.Id).Threads);
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.LifeCycle;

/// <summary>set_link takes the cable out and puts it in again.</summary>
public sealed class SetLinkTests
{
    [Fact]
    public void While_the_link_is_down_received_frames_are_dropped_and_counted()
    {
        using QemuTunnel tunnel = new();
        byte[] frame = TestFrames.Create(60);

        tunnel.Qemu.Qmp.Execute("set_link", new { name = "n0", up = false });
        tunnel.SendFrame(frame);
        tunnel.SendFrame(frame);
        NetdevInfo down = tunnel.WaitForInfo(info => info.Drops == 2);
        Assert.Equal("link down", down.MostFrequentDrop);
        Assert.Equal(0, down.FramesReceived);

        tunnel.Qemu.Qmp.Execute("set_link", new { name = "n0", up = true });
        tunnel.AssertDelivers(frame);
        Assert.Null(tunnel.Guest.TryReceive(Timeouts.Silence));
    }
}

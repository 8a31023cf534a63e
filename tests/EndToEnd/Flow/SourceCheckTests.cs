// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Flow;

/// <summary>The source check over UDP can be switched off, as one needs behind some address translators.</summary>
public sealed class SourceCheckTests
{
    [Theory]
    [InlineData("source-check=off")]
    [InlineData("n0.source-check=off")]
    [InlineData("source-check=on,n0.source-check=off")]
    [InlineData("n0.source-check=off,source-check=on")]
    public void Without_the_source_check_a_frame_from_a_foreign_port_arrives_and_answers_go_to_the_peer(string settings)
    {
        using QemuTunnel tunnel = new(options: new QemuOptions
        {
            Plugin = true,
            Settings = settings,
        });
        using WirePeer stranger = WirePeer.Udp("127.0.0.2");
        byte[] frame = TestFrames.Create(60);

        stranger.Send(tunnel.Netdev.OtherEnd().Datagram(frame), tunnel.Netdev.Source, tunnel.Netdev.SourcePort!.Value);
        Assert.Equal(frame, tunnel.Guest.Receive());

        tunnel.AssertTransmits(frame);
        Assert.Null(stranger.TryReceive(TimeSpan.Zero));
    }
}

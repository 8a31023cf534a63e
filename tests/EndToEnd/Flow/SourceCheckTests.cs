// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using TestKit;

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
        using Tunnel tunnel = new(options: new QemuOptions
        {
            Plugin = true,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { [QemuProcess.PluginMode] = settings },
        });
        using WirePeer stranger = WirePeer.Udp("127.0.0.2");
        byte[] frame = TestFrames.Create(60);

        stranger.Send(tunnel.Netdev.OtherEnd().Datagram(frame), tunnel.Netdev.Source, tunnel.Netdev.SourcePort!.Value);
        Assert.Equal(frame, tunnel.Guest.Receive());

        tunnel.Guest.Send(frame);
        Assert.Equal(tunnel.Netdev.Datagram(frame), tunnel.Wire.Receive());
        Assert.Null(stranger.TryReceive(TimeSpan.Zero));
    }
}

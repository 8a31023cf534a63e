// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;

namespace DataPlane.Tests.Guest;

/// <summary>What the NIC and the session agree on, and when it is void.</summary>
public sealed class VnetStateTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    [InlineData(12, true)]
    [InlineData(20, true)]
    [InlineData(24, true)]
    [InlineData(28, false)]
    public void The_lengths_that_NICs_set_are_taken(int length, bool isTaken)
    {
        VnetState state = new(isOffered: true);

        state.SetHeaderLength(length);

        Assert.Equal(isTaken, state.Takes(length));
        Assert.Equal(isTaken ? length : 0, state.HeaderLength);
    }

    [Fact]
    public void With_offload_off_there_is_no_header()
    {
        VnetState state = new(isOffered: false);

        state.SetHeaderLength(12);

        Assert.False(state.IsOffered);
        Assert.False(state.Takes(12));
        Assert.Equal(0, state.HeaderLength);
    }

    [Fact]
    public void Large_frames_need_a_guest_that_completes_checksums()
    {
        VnetState state = new(isOffered: true);

        state.SetOffloads(PlaneConstants.L2TP_OFFLOAD_TSO4 | PlaneConstants.L2TP_OFFLOAD_TSO6);
        Assert.False(state.GuestTso4);
        Assert.False(state.GuestTso6);

        state.SetOffloads(PlaneConstants.L2TP_OFFLOAD_CSUM | PlaneConstants.L2TP_OFFLOAD_TSO4);
        Assert.True(state.GuestTso4);
        Assert.False(state.GuestTso6);
    }

    [Fact]
    public void A_reset_takes_every_offload_back()
    {
        VnetState state = new(isOffered: true);
        state.SetOffloads(0x1FF);

        state.SetOffloads(0);

        Assert.False(state.GuestChecksums || state.GuestTso4 || state.GuestTso6 || state.GuestEcn);
    }
}

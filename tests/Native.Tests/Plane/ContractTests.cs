// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Plane;

/// <summary>What l2tp_plane.h promises, also to a host that breaks its own promises: plane-scenarios/contract.c, a function for each test here.</summary>
public sealed class ContractTests
{
    [Fact]
    public void The_plane_tells_its_version_and_sizes() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(The_plane_tells_its_version_and_sizes));

    [Fact]
    public void A_host_of_another_version_or_size_is_refused() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(A_host_of_another_version_or_size_is_refused));

    [Fact]
    public void Arguments_that_are_null_do_no_harm() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(Arguments_that_are_null_do_no_harm));

    [Fact]
    public void Lengths_and_counts_that_make_no_sense_do_no_harm() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(Lengths_and_counts_that_make_no_sense_do_no_harm));

    [Fact]
    public void An_exception_stays_inside_and_is_said_once() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(An_exception_stays_inside_and_is_said_once));

    [Fact]
    public void Options_that_cannot_be_read_are_refused_in_words() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(Options_that_cannot_be_read_are_refused_in_words));

    [Fact]
    public void An_error_is_cut_to_its_buffer() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(An_error_is_cut_to_its_buffer));
}

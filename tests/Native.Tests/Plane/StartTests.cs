// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Plane;

/// <summary>How the .NET runtime starts: plane-scenarios/start.c.</summary>
public sealed class StartTests
{
    /// <summary>How much malloc maps for the runtime's thread differs from one start to the next.</summary>
    private const int Starts = 20;

    [Fact]
    public void The_runtime_takes_no_more_than_the_shim_tries()
    {
        string program = PlaneDriver.Plain();
        for (int start = 0; start < Starts; start++)
        {
            Scenario.HoldsWithPlane(program, nameof(The_runtime_takes_no_more_than_the_shim_tries));
        }
    }
}

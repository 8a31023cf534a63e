// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.LifeCycle;

/// <summary>QEMUs for other machines than x86: the process is an x86-64 one like any, so the same file fits.</summary>
public sealed class OtherMachineTests
{
    [Theory]
    [InlineData("qemu-system-aarch64")]
    [InlineData("qemu-system-arm")]
    public void The_plugin_carries_frames_in_a_QEMU_for_another_machine(string binary)
    {
        using QemuTunnel tunnel = new(options: new QemuOptions { Plugin = true, Binary = binary });

        foreach (int size in new[] { 60, 1514, 9000 })
        {
            byte[] frame = TestFrames.Create(size);
            tunnel.AssertDelivers(frame);
            tunnel.AssertTransmits(frame);
        }

        Assert.True(tunnel.Info().IsPlugin);
        Assert.Equal(0, tunnel.Qemu.Quit());
    }
}

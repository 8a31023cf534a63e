// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>
/// The machine that guests run on: what <c>scripts/guest-image</c> makes, on the accelerator that <c>scripts/accel</c> finds
/// (<c>ACCEL</c> in the environment chooses).
/// </summary>
public static class GuestImage
{
    /// <summary>Where <c>scripts/guest-image</c> puts the guest.</summary>
    public static string DefaultFolder { get; } = Path.Combine(Plugin.RepositoryRoot, "artifacts", "guest");

    private static readonly Lazy<string[]> s_arguments = new(() =>
    {
        ProcessRunner.Check(Script("guest-image"));
        return On(DefaultAccelerator(), DefaultFolder);
    });

    /// <summary>The QEMU arguments.</summary>
    public static IReadOnlyList<string> Arguments => s_arguments.Value;

    /// <summary>What the variable <c>ACCEL</c> or else <c>scripts/accel</c> says.</summary>
    public static string DefaultAccelerator() => ProcessRunner.Check(Script("accel")).Trim();

    /// <summary>
    /// The QEMU arguments for an accelerator and an image. Machine pc rather than q35: NICs can be hot-plugged into its root bus.
    /// Without no_timer_check a busy host can make the guest's kernel believe that its timer does not work. Memory: a virtio-net
    /// without mergeable buffers fills its ring with 72 KiB each, and 10.0 has rings of 1024.
    /// </summary>
    public static string[] On(string accelerator, string folder) =>
    [
        "-nodefaults", "-display", "none", "-M", "pc", "-m", "256", "-accel", accelerator,
        "-kernel", Path.Combine(folder, "vmlinux"), "-initrd", Path.Combine(folder, "initramfs.cpio.gz"),
        "-append", "console=ttyS0 quiet no_timer_check",
    ];

    private static string Script(string name) => Path.Combine(Plugin.RepositoryRoot, "scripts", name);
}

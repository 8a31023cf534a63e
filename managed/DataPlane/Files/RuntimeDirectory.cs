// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Files;

/// <summary>The user's place for files that go with his processes (XDG Base Directory Specification).</summary>
internal static unsafe class RuntimeDirectory
{
    /// <summary>XDG_RUNTIME_DIR. Null in a set-uid process: there the environment is somebody else's (secure_getenv(3)).</summary>
    // SAFETY: the text belongs to the environment, and is copied before anybody can change it: QEMU does so at no time.
    public static string? FromEnvironment() => Marshal.PtrToStringUTF8((nint)Libc.secure_getenv("XDG_RUNTIME_DIR"));
}

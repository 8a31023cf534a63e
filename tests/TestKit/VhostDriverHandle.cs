// SPDX-License-Identifier: GPL-2.0-or-later
using Microsoft.Win32.SafeHandles;

namespace TestKit;

/// <summary>A <c>struct vhost_driver</c>. Its end is vd_close, which ends its threads, too.</summary>
internal sealed class VhostDriverHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        VhostDriverLibrary.vd_close(handle);
        return true;
    }
}

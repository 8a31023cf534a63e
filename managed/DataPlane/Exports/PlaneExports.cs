// SPDX-License-Identifier: GPL-2.0-or-later
//
// The C boundary where a session begins and ends.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Options;

namespace L2tpv3.DataPlane.Exports;

/// <summary>l2tp_plane_start, l2tp_plane_check_settings, l2tp_session_open, l2tp_session_close.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception that leaves an export kills the VM.")]
internal static unsafe class PlaneExports
{
    /// <summary>The runtime starts before this is called.</summary>
    [UnmanagedCallersOnly(EntryPoint = "l2tp_plane_start", CallConvs = [typeof(CallConvCdecl)])]
    internal static void Start()
    {
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_plane_check_settings", CallConvs = [typeof(CallConvCdecl)])]
    internal static int CheckSettings(byte* settings, byte* error, nuint errorSize)
    {
        try
        {
            SettingsReader.Check(HostText.Settings(settings));
            return 0;
        }
        catch (Exception e)
        {
            return Answer.Write(Answer.Buffer(error, errorSize), e);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_open", CallConvs = [typeof(CallConvCdecl)])]
    internal static int Open(l2tp_session_config* config, void** session, byte* error, nuint errorSize)
    {
        if (config == null || session == null)
        {
            return -LinuxConstants.EINVAL;
        }

        *session = null;
        string id = "?";
        Session? opened = null;
        UnexpectedCollections.Begin();
        try
        {
            CheckVersion(config);
            NetdevOptions options = NetdevOptionsReader.Read(HostText.Bytes(config->options));
            id = options.Id;
            opened = SessionOpener.Open(options, HostText.Settings(config->settings), new GuestPort(config->host));
            *session = SessionHandle.New(opened);
            return 0;
        }
        catch (Exception e)
        {
            opened?.Abandon();
            return Answer.Write(Answer.Buffer(error, errorSize), e, id, "; the setting off gives you QEMU's own backend");
        }
        finally
        {
            UnexpectedCollections.End();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_close", CallConvs = [typeof(CallConvCdecl)])]
    internal static void Close(void* session)
    {
        if (session == null)
        {
            return;
        }

        UnexpectedCollections.Begin();
        try
        {
            SessionHandle.Get(session).Dispose();
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
        }
        finally
        {
            UnexpectedCollections.End();
        }

        SessionHandle.Free(session);
    }

    private static void CheckVersion(l2tp_session_config* config)
    {
        // Version and size come first in every version of the struct; nothing else is read before they match.
        if (config->size != sizeof(l2tp_session_config) || config->abi_version != PlaneConstants.L2TP_PLANE_ABI_VERSION)
        {
            throw new OptionException(
                $"the shim and the data plane do not match: version {config->abi_version} with {config->size} bytes against version {PlaneConstants.L2TP_PLANE_ABI_VERSION} with {sizeof(l2tp_session_config)}; install one build of both",
                LinuxConstants.EPROTO);
        }
    }
}

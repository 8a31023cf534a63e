// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Properties;

namespace L2tpv3.DataPlane.Exports;

/// <summary>The calls of l2tp_plane.h about properties: what qom-list, qom-get and qom-set of QMP do.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception that leaves an export kills the VM.")]
internal static unsafe class PropertyExports
{
    [UnmanagedCallersOnly(EntryPoint = "l2tp_plane_get_property", CallConvs = [typeof(CallConvCdecl)])]
    internal static int GetProperty(uint index, l2tp_property* property)
    {
        if (property == null)
        {
            return -LinuxConstants.EINVAL;
        }

        try
        {
            if (index >= PropertyTable.All.Count)
            {
                return -LinuxConstants.ENOENT;
            }

            Property described = PropertyTable.All[(int)index];
            property->flags = (described.Get is null ? 0 : PlaneConstants.L2TP_PROPERTY_READ)
                | (described.Set is null ? 0 : PlaneConstants.L2TP_PROPERTY_WRITE)
                | (described.IsJson ? PlaneConstants.L2TP_PROPERTY_JSON : 0);
            // SAFETY: the sizes are those of the fields.
            Utf8Line.Write(new Span<byte>(property->name, PlaneConstants.L2TP_PROPERTY_NAME_SIZE), described.Name);
            Utf8Line.Write(new Span<byte>(property->description, PlaneConstants.L2TP_PROPERTY_DESCRIPTION_SIZE), described.Description);
            return 0;
        }
        catch (Exception)
        {
            return -LinuxConstants.EIO;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_get", CallConvs = [typeof(CallConvCdecl)])]
    internal static nint Get(void* session, byte* name, byte* text, nuint size)
    {
        UnexpectedCollections.Begin();
        try
        {
            string? value = SessionHandle.Get(session).GetProperty(HostText.Name(name));
            if (value is null)
            {
                return -LinuxConstants.ENOENT;
            }

            // SAFETY: the host vouches for size bytes at text.
            Utf8Line.Write(text == null ? default : new Span<byte>(text, (int)Math.Min(size, int.MaxValue)), value);
            return Encoding.UTF8.GetByteCount(value);
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
            return -LinuxConstants.EIO;
        }
        finally
        {
            UnexpectedCollections.End();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "l2tp_session_set", CallConvs = [typeof(CallConvCdecl)])]
    internal static int Set(void* session, byte* name, byte* value, byte* error, nuint errorSize)
    {
        UnexpectedCollections.Begin();
        try
        {
            string property = HostText.Name(name);
            SessionHandle.Get(session).SetProperty(property, HostText.Value(property, value));
            return 0;
        }
        catch (OptionException e)
        {
            return Answer.Write(Answer.Buffer(error, errorSize), e);
        }
        catch (Exception e)
        {
            SessionHandle.Failed(session, e);
            return Answer.Write(Answer.Buffer(error, errorSize), e);
        }
        finally
        {
            UnexpectedCollections.End();
        }
    }
}

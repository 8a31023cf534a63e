// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a user may ask of a running netdev: the properties that qom-get and qom-set of QMP have in a QEMU with the plugin.
//
//     list                ok NAME NAME ...
//     get NAME            ok VALUE
//     set NAME=VALUE      ok
//                         error SENTENCE          whatever was asked
//
// A request is a line, and so is its answer.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Properties;
using L2tpv3.Vhost.Log;

namespace L2tpv3.Vhost.Control;

/// <summary>Answers requests.</summary>
/// <param name="session">The netdev.</param>
/// <param name="log">Is told of changes.</param>
internal sealed class ControlRequest(Session session, EventLog log)
{
    /// <summary>Answers one. This may allocate, and a collection that comes of it is none that frames have brought.</summary>
    /// <param name="line">The request, without its newline.</param>
    /// <returns>The answer, with its newline.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A request that fails ends neither the netdev nor the program.")]
    public byte[] Answer(ReadOnlySpan<byte> line)
    {
        UnexpectedCollections.Begin();
        try
        {
            return Line("ok" + Do(line));
        }
        catch (OptionException exception)
        {
            return Refuse(exception.Message);
        }
        catch (Exception exception)
        {
            session.Failed(exception);
            return Refuse($"internal error ({exception.GetType().Name})");
        }
        finally
        {
            UnexpectedCollections.End();
        }
    }

    /// <summary>The answer to what is not done.</summary>
    public static byte[] Refuse(string sentence) => Line("error " + sentence);

    private static byte[] Line(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings(" ") + "\n");

    private string Do(ReadOnlySpan<byte> line)
    {
        int space = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> rest = space < 0 ? [] : line[(space + 1)..];
        return Encoding.UTF8.GetString(space < 0 ? line : line[..space]) switch
        {
            "list" => string.Concat(PropertyTable.All.Select(property => " " + property.Name)),
            "get" => " " + Get(Encoding.UTF8.GetString(rest)),
            "set" => Set(rest),
            _ => throw new OptionException("ask for list, get NAME, or set NAME=VALUE"),
        };
    }

    private string Get(string name) => session.GetProperty(name) ?? throw new OptionException($"{name} is nothing that can be read", LinuxConstants.ENOENT);

    private string Set(ReadOnlySpan<byte> item)
    {
        int equals = item.IndexOf((byte)'=');
        if (equals < 0)
        {
            throw new OptionException("set wants NAME=VALUE");
        }

        string name = Encoding.UTF8.GetString(item[..equals]);
        ReadOnlySpan<byte> value = item[(equals + 1)..];
        if (value.Length > PropertyTable.LongestValue)
        {
            throw PropertyTable.TooLong(name, value);
        }

        session.SetProperty(name, Encoding.UTF8.GetString(value));
        // Not its value, which may be a secret.
        log.Information($"{name} was set through the control socket");
        return string.Empty;
    }
}

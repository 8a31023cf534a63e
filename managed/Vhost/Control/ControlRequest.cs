// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a user may ask of a running netdev: the properties that qom-get and qom-set of QMP have in a QEMU with the plugin.
//
//     get NAME            ok VALUE
//     set NAME=VALUE      ok
//     list                ok NAME NAME ...
//                         error SENTENCE          whatever was asked
//
// A request is a line, and so is its answer.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Properties;

namespace L2tpv3.Vhost.Control;

/// <summary>Answers requests.</summary>
internal static class ControlRequest
{
    /// <summary>Answers one.</summary>
    /// <param name="session">The netdev.</param>
    /// <param name="line">The request.</param>
    /// <returns>The answer, without its newline.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A request that fails ends neither the netdev nor the program.")]
    public static string Answer(Session session, string line)
    {
        int collections = UnexpectedCollections.Begin();
        try
        {
            return "ok" + Do(session, line);
        }
        catch (OptionException exception)
        {
            return "error " + exception.Message.ReplaceLineEndings(" ");
        }
        catch (Exception exception)
        {
            session.Failed(exception);
            return $"error internal error ({exception.GetType().Name})";
        }
        finally
        {
            UnexpectedCollections.End(collections);
        }
    }

    private static string Do(Session session, string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        string rest = space < 0 ? string.Empty : line[(space + 1)..];
        switch (space < 0 ? line : line[..space])
        {
            case "list":
                return string.Concat(PropertyTable.All.Select(property => " " + property.Name));
            case "get":
                return " " + (session.GetProperty(rest) ?? throw new OptionException($"{rest} is nothing that can be read"));
            case "set":
                int equals = rest.IndexOf('=', StringComparison.Ordinal);
                session.SetProperty(equals < 0 ? rest : rest[..equals], equals < 0 ? throw new OptionException("set wants NAME=VALUE") : rest[(equals + 1)..]);
                return string.Empty;
            default:
                throw new OptionException("ask for list, get NAME, or set NAME=VALUE");
        }
    }
}

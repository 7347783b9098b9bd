// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// A running app, or one of its processes.
Item {
    id: root

    required property string rowId
    required property string instance
    required property int depth
    required property string name
    required property url portrait
    required property string detail
    required property string cpu
    required property string memory
    required property int openFiles
    required property int processes
    required property bool expanded
    required property string stateText
    readonly property bool app: depth === 0
    signal toggled
    signal stopped
    signal networkWanted

    implicitHeight: app ? 52 : 30
    Accessible.role: Accessible.ListItem
    Accessible.name: name + ", " + detail + (cpu ? ", " + cpu : "") + (memory ? ", " + memory : "")

    SymbolButton {
        id: unfold

        anchors.left: parent.left
        anchors.leftMargin: Theme.margin - 8
        anchors.verticalCenter: parent.verticalCenter
        implicitWidth: 28
        implicitHeight: 28
        symbol: root.expanded ? "down" : LayoutMirroring.enabled ? "back" : "forward"
        label: root.expanded ? qsTr("Hide the processes of %1").arg(root.name) : qsTr("Show the processes of %1").arg(root.name)
        visible: root.app && root.processes > 0
        onClicked: root.toggled()
    }
    AppIcon {
        id: picture

        anchors.left: parent.left
        anchors.leftMargin: Theme.margin + 28
        anchors.verticalCenter: parent.verticalCenter
        size: 28
        source: root.portrait
        visible: root.app
    }
    Column {
        anchors.left: parent.left
        anchors.leftMargin: Theme.margin + (root.app ? 68 : 48 + 20 * root.depth)
        anchors.right: figures.left
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: 1

        PlainLabel {
            width: parent.width
            text: root.name
            elide: Text.ElideMiddle
            font.pixelSize: root.app ? Theme.body : Theme.small
            Accessible.ignored: true
        }
        PlainLabel {
            id: line

            width: parent.width
            text: root.stateText ? root.stateText + " · " + root.detail : root.detail
            font.pixelSize: Theme.small
            color: Theme.dim
            visible: root.app
            Accessible.ignored: true
        }
    }
    HoverHandler {
        id: hover
    }
    Tip {
        text: line.text
        visible: hover.hovered && line.truncated
        delay: 900
    }
    Row {
        id: figures

        anchors.right: parent.right
        anchors.rightMargin: Theme.margin + 120
        anchors.verticalCenter: parent.verticalCenter
        spacing: 12

        Repeater {
            model: [root.cpu, root.memory, root.openFiles > 0 ? qsTr("%Ln file(s)", "", root.openFiles) : ""]

            PlainLabel {
                required property string modelData

                width: 76
                horizontalAlignment: Text.AlignRight
                text: modelData
                color: Theme.dim
                font.pixelSize: root.app ? Theme.body : Theme.small
                font.features: ({
                        "tnum": 1
                    })
                Accessible.ignored: true
            }
        }
    }
    SymbolButton {
        anchors.right: parent.right
        anchors.rightMargin: Theme.margin + 76
        anchors.verticalCenter: parent.verticalCenter
        implicitWidth: 32
        implicitHeight: 32
        symbol: "network"
        label: qsTr("What %1 is connected with").arg(root.name)
        visible: root.app
        onClicked: root.networkWanted()
    }
    PushButton {
        anchors.right: parent.right
        anchors.rightMargin: Theme.margin - 4
        anchors.verticalCenter: parent.verticalCenter
        implicitHeight: 30
        manner: PushButton.Flat
        text: qsTr("Stop")
        visible: root.app
        Accessible.description: root.name
        onClicked: root.stopped()
    }
}

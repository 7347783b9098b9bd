// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// How a machine is reached, in the order in which it is tried.
FocusFlick {
    id: root

    required property MachineView machine

    contentHeight: column.implicitHeight + 2 * Theme.margin
    clip: true

    Column {
        id: column

        x: Theme.margin
        y: 16
        width: Math.min(root.width - 2 * Theme.margin, 720)
        spacing: 12

        PlainLabel {
            width: parent.width
            text: qsTr("They are tried in this order. Whoever answers has to prove to be this machine, so a wrong way leads nowhere.")
            color: Theme.dim
            wrapMode: Text.Wrap
        }
        Card {
            width: parent.width
            height: rows.implicitHeight
            visible: root.machine.ways.length > 0
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Ways to it")

            Column {
                id: rows

                width: parent.width

                Repeater {
                    model: root.machine.ways

                    WayRow {
                        required property machineWay modelData
                        required property int index

                        width: rows.width
                        text: modelData.text
                        origin: modelData.origin
                        outcome: modelData.outcome
                        worked: modelData.worked
                        first: index === 0
                        last: index === root.machine.ways.length - 1
                        onRaised: root.machine.raiseWay(index)
                        onRemoved: root.machine.removeWay(index)
                    }
                }
            }
        }
        PlainLabel {
            width: parent.width
            text: qsTr("No way to it is known. It can still connect to this machine.")
            visible: root.machine.ways.length === 0
            wrapMode: Text.Wrap
        }
        Item {
            width: parent.width
            height: Theme.controlHeight

            InputField {
                id: field

                anchors.left: parent.left
                anchors.right: add.left
                anchors.rightMargin: Theme.unit
                placeholderText: qsTr("Another address, or ssh and a host")
                onAccepted: column.add()
            }
            PushButton {
                id: add

                anchors.right: parent.right
                text: qsTr("Add")
                enabled: field.text.trim().length > 0
                onClicked: column.add()
            }
        }

        function add() {
            root.machine.addWay(field.text);
            field.clear();
        }
    }
}

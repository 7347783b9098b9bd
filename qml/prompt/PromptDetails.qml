// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import dev.latchkey.model

// What a person may want to know before they answer, and rarely does.
Item {
    id: root

    required property Question question
    signal pageWanted

    implicitHeight: column.implicitHeight

    ColumnLayout {
        id: column

        width: parent.width
        spacing: Theme.unit

        GridLayout {
            Layout.fillWidth: true
            columns: 2
            columnSpacing: 12
            rowSpacing: 4

            Repeater {
                model: [qsTr("Whole name"), root.question.wholeName, qsTr("Asked by"), root.question.asker, qsTr("Asked"), root.question.since]

                PlainLabel {
                    required property string modelData
                    required property int index

                    Layout.fillWidth: index % 2 === 1
                    Layout.alignment: Qt.AlignTop
                    text: modelData.length > 0 ? modelData : "–"
                    color: index % 2 === 0 ? Theme.dim : Theme.text
                    font.pixelSize: Theme.small
                    wrapMode: index % 2 === 1 ? Text.WrapAnywhere : Text.NoWrap
                    maximumLineCount: 5
                }
            }
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: -14
            Layout.rightMargin: -14

            PushButton {
                manner: PushButton.Flat
                text: qsTr("Never ask again")
                visible: !root.question.several
                onClicked: root.question.never()
            }
            Item {
                Layout.fillWidth: true
            }
            PushButton {
                manner: PushButton.Flat
                text: qsTr("What it may use…")
                onClicked: root.pageWanted()
            }
        }
    }
}

/// Hand-written and generated texts with their real counts; no row of any real roll is among them.
enum EstimatorSamples {
    static let all: [EstimatorTests.Sample] = [
        .init(
            kind: "JSON, pretty",
            text: """
                [\n  {\n    "row": 42446,\n    "parcel_id": "29-6468-666-791",\n    "rule": "R-\
                DOR-UC",\n    "value": "ABC",\n    "severity": "error",\n    "message": "The\
                 use code is not in the Department's table",\n    "county": "BROWARD"\n  },\n  {\n \
                   "row": 12338,\n    "parcel_id": "56-9548-059-8313",\n    "rule": "R-DOR-UC"\
                ,\n    "value": "001",\n    "severity": "error",\n    "message": "The use cod\
                e is not in the Department's table",\n    "county": "BROWARD"\n  },\n  {\n    "row\
                ": 11266,\n    "parcel_id": "65-6851-071-3943",\n    "rule": "R-DOR-UC",\n    "\
                value": "ABC",\n    "severity": "error",\n    "message": "The use code is not \
                in the Department's table",\n    "county": "BROWARD"\n  },\n  {\n    "row": 55643\
                ,\n    "parcel_id": "17-9264-126-3657",\n    "rule": "R-SALE-DATE",\n    "value\
                ": "ABC",\n    "severity": "error",\n    "message": "The use code is not in th\
                e Department's table",\n    "county": "BROWARD"\n  },\n  {\n    "row": 8109,\n   \
                 "parcel_id": "60-0812-999-3622",\n    "rule": "R-DOR-UC",\n    "value": "ABC\
                ",\n    "severity": "error",\n    "message": "The use code is not in the Departm\
                ent's table",\n    "county": "BROWARD"\n  },\n  {\n    "row": 17456,\n    "parce\
                l_id": "47-6867-147-8858",\n    "rule": "R-DOR-UC",\n    "value": "ABC",\n   \
                 "severity": "error",\n    "message": "The use code is not in the Department's ta\
                ble",\n    "county": "BROWARD"\n  }\n]
                """,
            tokens: 469,
            tolerance: 0.13
        ),
        .init(
            kind: "JSON, compact",
            text: """
                [{"row":42446,"parcel_id":"29-6468-666-791","rule":"R-DOR-UC","value":"ABC"\
                ,"severity":"error","message":"The use code is not in the Department's table","\
                county":"BROWARD"},{"row":12338,"parcel_id":"56-9548-059-8313","rule":"R-DOR\
                -UC","value":"001","severity":"error","message":"The use code is not in the \
                Department's table","county":"BROWARD"},{"row":11266,"parcel_id":"65-6851-071-\
                3943","rule":"R-DOR-UC","value":"ABC","severity":"error","message":"The \
                use code is not in the Department's table","county":"BROWARD"},{"row":55643,"par\
                cel_id":"17-9264-126-3657","rule":"R-SALE-DATE","value":"ABC","severity":"\
                error","message":"The use code is not in the Department's table","county":"BROWA\
                RD"},{"row":8109,"parcel_id":"60-0812-999-3622","rule":"R-DOR-UC","value":"\
                ABC","severity":"error","message":"The use code is not in the Department's table\
                ","county":"BROWARD"},{"row":17456,"parcel_id":"47-6867-147-8858","rule":"\
                R-DOR-UC","value":"ABC","severity":"error","message":"The use code is not in\
                 the Department's table","county":"BROWARD"},{"row":40434,"parcel_id":"33-1688\
                -595-9358","rule":"R-SALE-DATE","value":"","severity":"error","message":"\
                The use code is not in the Department's table","county":"BROWARD"},{"row":48811,"\
                parcel_id":"22-8974-729-1028","rule":"R-SALE-DATE","value":"001","severity"\
                :"error","message":"The use code is not in the Department's table","county":"BR\
                OWARD"}]
                """,
            tokens: 424,
            tolerance: 0.13
        ),
        .init(
            kind: "table",
            text: """
                row,rule,value\n42446,R-DOR-UC,29-6468-666-791\n12338,R-DOR-UC,56-9548-059-8313\n11266,R\
                -DOR-UC,65-6851-071-3943\n55643,R-SALE-DATE,17-9264-126-3657\n8109,R-DOR-UC,60-0812-999-\
                3622\n17456,R-DOR-UC,47-6867-147-8858\n40434,R-SALE-DATE,33-1688-595-9358\n48811,R-SALE-\
                DATE,22-8974-729-1028\n81135,R-JV-POS,36-8133-696-8711\n61028,R-DOR-UC,68-5924-306-4070\n\
                10729,R-SALE-DATE,48-8604-506-5627\n37741,R-DOR-UC,19-1934-524-6850\n19921,R-SALE-DATE,7\
                2-6909-040-1271\n41124,R-SALE-DATE,53-5737-608-8137\n9013,R-DOR-UC,21-4422-485-1064\n848\
                21,R-SALE-DATE,67-4662-733-6320\n2958,R-JV-POS,69-5823-172-1918\n28601,R-JV-POS,46-2119-\
                756-4056\n65079,R-SALE-DATE,20-2725-459-6580\n17948,R-JV-POS,65-9014-285-6804
                """,
            tokens: 363,
            tolerance: 0.13
        ),
        .init(
            kind: "samples",
            text: """
                [{"at":"2026-11-22T14:00:02Z","queue":"florida_data","depth":3076,"p99_ms":3\
                .485},{"at":"2026-11-22T14:01:04Z","queue":"florida_data","depth":507,"p99_ms\
                ":25.702},{"at":"2026-11-22T14:02:47Z","queue":"florida_data","depth":514,"p\
                99_ms":89.855},{"at":"2026-11-22T14:03:21Z","queue":"florida_data","depth":29\
                73,"p99_ms":27.231},{"at":"2026-11-22T14:04:39Z","queue":"florida_data","dept\
                h":357,"p99_ms":26.217},{"at":"2026-11-22T14:05:45Z","queue":"florida_data","\
                depth":2592,"p99_ms":92.423},{"at":"2026-11-22T14:06:19Z","queue":"florida_dat\
                a","depth":30,"p99_ms":72.157},{"at":"2026-11-22T14:07:38Z","queue":"florida\
                _data","depth":535,"p99_ms":2.426}]
                """,
            tokens: 277,
            tolerance: 0.13
        ),
        .init(
            kind: "UUIDs",
            text: """
                ["b86bb4d6-c713-2891-5050-5652bbc55c33", "c086ee53-0de4-4e65-1478-c7b982f0779d", "a\
                71a56c6-60bb-9aee-e516-093181012ad6", "069e87dc-22dd-113c-c8c4-2276f36c1575", "9d373\
                731-ff01-fe80-10fe-52d4db68f275", "1c0df645-d0a3-2611-b14a-ed54bb69e1f0"]
                """,
            tokens: 142,
            tolerance: 0.13
        ),
        .init(
            kind: "digests",
            text: """
                ["4dc1d3275aded3ca912eda4100ab68b80decb3b505b4c4250bab5f9fa7321d31", "4d187e3e956636e\
                669c9fef03969091988bba3175b6e48b085e9251c1b3a953c", "289b8ba979932a50d416b8a99fb9d8f65\
                dc18bce34456d5b223be9e796ceb525"]
                """,
            tokens: 115,
            tolerance: 0.13
        ),
        .init(
            kind: "owners",
            text: """
                [{"OWN_NAME":"SMITH JOHN R TR","PHY_ADDR1":"3869 NW 96TH AVE","JV":3412023},{"\
                OWN_NAME":"SUNSHINE HOLDINGS LLC","PHY_ADDR1":"5356 NW 25TH AVE","JV":6531424},\
                {"OWN_NAME":"SMITH JOHN R TR","PHY_ADDR1":"9851 NW 31TH AVE","JV":6376096},{"\
                OWN_NAME":"O'BRIEN PATRICK","PHY_ADDR1":"7693 NW 61TH AVE","JV":8912297},{"OWN\
                _NAME":"GARCIA MARIA & JOSE","PHY_ADDR1":"435 NW 56TH AVE","JV":3932990},{"OWN\
                _NAME":"O'BRIEN PATRICK","PHY_ADDR1":"5043 NW 28TH AVE","JV":6579337},{"OWN_NA\
                ME":"O'BRIEN PATRICK","PHY_ADDR1":"9591 NW 10TH AVE","JV":9492559},{"OWN_NAME"\
                :"SUNSHINE HOLDINGS LLC","PHY_ADDR1":"2370 NW 5TH AVE","JV":461349},{"OWN_NAME"\
                :"GARCIA MARIA & JOSE","PHY_ADDR1":"1748 NW 80TH AVE","JV":2724742},{"OWN_NAME"\
                :"SMITH JOHN R TR","PHY_ADDR1":"2324 NW 90TH AVE","JV":492053}]
                """,
            tokens: 295,
            tolerance: 0.13
        ),
        .init(
            kind: "prose",
            text: """
                The department publishes the assessment rolls of every county in July, and again when th\
                ey are final. A row whose use code is not in the table is kept with its line number, so \
                that a person can look at it later.
                """,
            tokens: 46,
            tolerance: 0.13
        ),
        .init(
            kind: "code",
            text: """
                guard let next = heap.popMin(), ends[place] != 0 else { continue }\n    let joined = end\
                s[place]\n    ends[place] = ends[joined]\n
                """,
            tokens: 37,
            tolerance: 0.13
        ),
        .init(
            kind: "spanish",
            text: """
                La señora González pidió información sobre la propiedad número 4521 en la avenida Martí;\
                 según el registro, el dueño anterior falleció en Bogotá. ¿Está pagado el impuesto del a\
                ño pasado? No, según la oficina del recaudador aún falta la última cuota trimestral.
                """,
            tokens: 71,
            tolerance: 0.13
        ),
        .init(
            kind: "french",
            text: """
                Le propriétaire a déjà payé l'impôt foncier, mais la vérification n'a pas été effectuée \
                à temps; l'écart constaté s'élève à 3 450 euros répartis sur plusieurs années.
                """,
            tokens: 53,
            tolerance: 0.15
        ),
        .init(
            kind: "german",
            text: """
                Die Überprüfung der Grundstücke ergab größere Abweichungen; für die Eigentümer müssen di\
                e Adressen geändert und die Gebühren neu berechnet werden.
                """,
            tokens: 43,
            tolerance: 0.13
        ),
        .init(
            kind: "russian",
            text: """
                Владелец участка подал заявление об исправлении ошибки в реестре недвижимости, однако пр\
                оверка данных ещё не завершена.
                """,
            tokens: 51,
            tolerance: 0.13
        ),
        .init(
            kind: "greek",
            text: """
                Ο ιδιοκτήτης του ακινήτου υπέβαλε αίτηση διόρθωσης του μητρώου, αλλά ο έλεγχος δεν ολοκλ\
                ηρώθηκε.
                """,
            tokens: 87,
            tolerance: 0.1
        ),
        .init(
            kind: "chinese",
            text: "该物业的所有者已提交更正登记册错误的申请，但数据核查尚未完成。请在三十天内提供补充材料。",
            tokens: 44,
            tolerance: 0.13
        ),
        .init(
            kind: "japanese",
            text: "所有者は登記簿の誤りの訂正を申請しましたが、データの確認はまだ完了していません。三十日以内に追加の書類を提出してください。",
            tokens: 65,
            tolerance: 0.13
        ),
        .init(
            kind: "korean",
            text: "소유자는 등기부의 오류 정정을 신청했지만 데이터 확인은 아직 완료되지 않았습니다. 추가 서류를 제출하십시오.",
            tokens: 51,
            tolerance: 0.13
        ),
        .init(
            kind: "arabic",
            text: "قدم مالك العقار طلبًا لتصحيح خطأ في السجل العقاري، لكن التحقق من البيانات لم يكتمل بعد.",
            tokens: 61,
            tolerance: 0.3
        ),
        .init(
            kind: "hebrew",
            text: "בעל הנכס הגיש בקשה לתיקון טעות במרשם, אך בדיקת הנתונים טרם הושלמה.",
            tokens: 64,
            tolerance: 0.15
        ),
        .init(
            kind: "hindi",
            text: """
                संपत्ति के मालिक ने रजिस्टर में त्रुटि सुधारने के लिए आवेदन किया है, लेकिन जाँच अभी पूरी\
                 नहीं हुई है।
                """,
            tokens: 101,
            tolerance: 0.2
        ),
        .init(
            kind: "thai",
            text: "เจ้าของทรัพย์สินได้ยื่นคำร้องขอแก้ไขข้อผิดพลาดในทะเบียน แต่การตรวจสอบยังไม่เสร็จสิ้น",
            tokens: 75,
            tolerance: 0.25
        ),
        .init(
            kind: "emoji",
            text: "Done 🎉🎉 with 👍🏽 and 👩‍👩‍👧 family 🏠 warning ⚠️ ok ✅ no ❌ ",
            tokens: 42,
            tolerance: 0.2
        ),
        .init(
            kind: "symbols",
            text: "≤ ≥ → ∥ × ± µ § ° “quoted” ‘x’ – — … • € £ ",
            tokens: 24,
            tolerance: 0.25
        ),
    ]
}

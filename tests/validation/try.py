import sys, references, suite, experiment, time
rows=references.load()
ex=suite.experiments(rows)
seen={}
for e in ex:
    for i in e.figures:
        assert i in rows,i
        assert i not in seen,(i,e.name); seen[i]=e.name
pat=sys.argv[1]; budget=float(sys.argv[2]) if len(sys.argv)>2 else 5
for e in ex:
    if pat in e.name or any(pat in i for i in e.figures):
        t=time.time()
        try: found,took=experiment.run(e,rows,budget)
        except Exception as x: print(e.name,'FAILED',str(x)[:1500]); continue
        print(e.name,took,round(time.time()-t,1))
        for i,(est,v) in found.items():
            print('   %-22s exp %.6g obs %.6g +- %.2g  %s %.2f'%(i,rows[i].expected,est.value,est.half,v.word,v.short_of))
print(len(seen))
